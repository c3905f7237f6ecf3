"""How often the suggested items are right, measured on examples that the model has not seen.

Run `python -m requests_app.stages.sensing.understand.measuring` for the figures that
docs/rules.md, Understanding, gives.
"""

import sys
from dataclasses import dataclass

import numpy as np

from requests_app.catalogue.shipped import default_catalogue
from requests_app.catalogue.terms import Catalogue
from requests_app.stages.sensing.understand.items import METHOD, held_out


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares of `texts` held-out examples whose item or class was proposed."""

    texts: int
    item_at_1: float
    item_at_3: float
    class_at_1: float


def measure(catalogue: Catalogue) -> Measured:
    """Three-fold trial on the examples of the catalogue (docs/rules.md, Understanding)."""
    classes = {item.code: item.class_code for item in catalogue.items}
    first = third = same_class = texts = 0
    for scores, right, model in held_out(catalogue):
        best = [int(place) for place in np.argsort(-scores, kind="stable")[:3]]
        texts += 1
        first += best[0] == right
        third += right in best
        same_class += classes[model.codes[best[0]]] == classes[model.codes[right]]
    if not texts:
        return Measured(texts=0, item_at_1=0.0, item_at_3=0.0, class_at_1=0.0)
    return Measured(
        texts=texts,
        item_at_1=first / texts,
        item_at_3=third / texts,
        class_at_1=same_class / texts,
    )


if __name__ == "__main__":
    figures = measure(default_catalogue())
    sys.stdout.write(
        f"{METHOD}: {figures.texts} texts, item@1 {figures.item_at_1:.2f}, "
        f"item@3 {figures.item_at_3:.2f}, class@1 {figures.class_at_1:.2f}\n"
    )
