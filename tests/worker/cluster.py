"""One migrated cluster a process: every whole station but the first starts from a copy of it."""

import atexit
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from station.devkit.places import Place, claim, open_home
from station.devkit.services import Services


def lay_cluster(place: Place) -> bool:
    """Copy the kept cluster to a place that has none; False while none is kept."""
    if not _kept().exists():
        return False
    open_home(place)
    claim(place)
    _copy(_kept(), place.postgres_data)
    return True


def keep_cluster(services: Services) -> None:
    """Keep a copy of a cluster for the stations to come. It is down meanwhile: its files rest."""
    services.postgres.stop()
    _copy(services.place.postgres_data, _kept())
    services.postgres.start()


@cache
def _kept() -> Path:
    folder = TemporaryDirectory(prefix="cluster-")
    atexit.register(folder.cleanup)
    return Path(folder.name) / "postgres"


def _copy(source: Path, target: Path) -> None:
    """Copy with owner and rights: PostgreSQL starts on nothing else."""
    subprocess.run(["/bin/cp", "-a", str(source), str(target)], check=True)
