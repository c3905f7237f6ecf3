"""Suggests the three likeliest items of the catalogue for a text, with the words that say so.

Keywords and a complement naive Bayes over character 1- to 3-grams, trained in a moment from
the examples and keywords of the catalogue. A suggestion is shown with its reasons and a person
chooses; nothing is decided by it alone (docs/rules.md, Understanding). Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from threading import Lock
from typing import Final, Literal

import ahocorasick
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import ComplementNB

from requests_app.catalogue.terms import Catalogue

type Floats = NDArray[np.float64]
type ReasonCode = Literal["keyword", "characters", "topic", "shared_headcount"]

# Raised when the method changes: it is stored with every suggestion.
METHOD: Final = "nb1"
SUGGESTIONS: Final = 3
# Nobody names the matter of a request only after so many characters.
MAX_TEXT: Final = 4_000
MAX_REASONS: Final = 4
# Shipped examples are Chinese: what is mostly something else cannot be compared with them.
_CHINESE_SHARE: Final = 0.5
_LEAST_CHINESE: Final = 4

# Chosen by three-fold trial on the shipped examples (measuring.py).
_SMOOTHING: Final = 1.0
_KEYWORD_WEIGHT: Final = 0.5
# A topic picked on the form multiplies the odds of its items by about twelve: as if four in
# five people picked the right one of fifteen.
_TOPIC_WEIGHT: Final = 2.5
# Tried when the scores are turned into chances: from flat to steep, from sure to unsure.
_SHARPNESS: Final = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_LAPSES: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
_FOLDS: Final = 3
_MODELS_KEPT: Final = 2
_CAPITALS: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class SuggestionReason:
    """Why an item was suggested: text[start:end], or the form (both 0) for a topic."""

    code: ReasonCode
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ItemSuggestion:
    """One item proposed. `score`, 0 to 1, is about the share of such proposals that are right."""

    item: str
    score: float
    reasons: tuple[SuggestionReason, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Trust:
    """How scores become chances: how steep, and the share of texts they say nothing about."""

    sharpness: float
    lapse: float


class ItemModel:
    """Learns from texts with their item and from keywords, then scores other texts."""

    def __init__(
        self, pairs: Sequence[tuple[str, str]], keywords: Mapping[str, Sequence[str]]
    ) -> None:
        """Train on (text, item code) pairs and the keywords of each item code."""
        self.codes: tuple[str, ...] = tuple(sorted({*keywords, *(code for _, code in pairs)}))
        place = {code: number for number, code in enumerate(self.codes)}
        spoken = [(word, code) for code, words in keywords.items() for word in words]
        taught = [*pairs, *spoken]
        self._keywords = _keyword_finder(spoken, place)
        self._grams = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), sublinear_tf=True, lowercase=False
        )
        matrix = self._grams.fit_transform([_plain(text) for text, _ in taught])
        bayes = ComplementNB(alpha=_SMOOTHING)
        bayes.fit(matrix, [place[code] for _, code in taught])
        weights = np.zeros((len(self.codes), matrix.shape[1]))
        weights[bayes.classes_] = bayes.feature_log_prob_
        # Only the difference between items orders them and serves as a reason. A row a gram: a
        # text has few of them, and the product would copy the whole of a transposed table.
        self._weights: Floats = np.ascontiguousarray((weights - weights.mean(axis=0)).T)
        self._names = self._grams.get_feature_names_out()

    def scores(self, text: str) -> Floats | None:
        """One score per code, spread 1 around 0 plus keywords; None for a text of no use."""
        return self.scores_of([text])[0]

    def scores_of(self, texts: Sequence[str]) -> list[Floats | None]:
        """The scores of many texts, for little more than those of one."""
        rows = self._grams.transform([_plain(text) for text in texts])
        known = np.diff(rows.indptr) > 0
        return [
            self._spread(text, raw) if is_known else None
            for text, raw, is_known in zip(texts, rows @ self._weights, known, strict=True)
        ]

    def _spread(self, text: str, raw: Floats) -> Floats:
        spread = float(raw.std())
        scores = (raw - raw.mean()) / spread if spread else np.zeros_like(raw)
        for place, word, _ in self._keyword_hits(text):
            scores[place] += _KEYWORD_WEIGHT * len(word) ** 0.5
        return scores

    def reasons(self, text: str, code: str) -> tuple[SuggestionReason, ...]:
        """The keywords of the item in the text, then the characters that speak most for it."""
        place = self.codes.index(code)
        found = [
            SuggestionReason("keyword", text[start : start + len(word)], start, start + len(word))
            for owner, word, start in self._keyword_hits(text)
            if owner == place
        ]
        for gram in self._speaking_grams(text, place):
            start = _plain(text).find(gram)
            reason = SuggestionReason("characters", gram, start, start + len(gram))
            if start >= 0 and not any(_overlap(reason, other) for other in found):
                found.append(reason)
        return tuple(found[:MAX_REASONS])

    def _speaking_grams(self, text: str, place: int) -> Iterator[str]:
        row = self._grams.transform([_plain(text)])
        weight = row.data * self._weights[row.indices, place]
        for index in np.argsort(-weight)[: 4 * MAX_REASONS]:
            gram = str(self._names[row.indices[index]])
            if weight[index] > 0 and len(gram) > 1 and gram.isalnum():
                yield gram

    def _keyword_hits(self, text: str) -> tuple[tuple[int, str, int], ...]:
        """(place of the item, keyword, start) for each keyword, the first time it stands."""
        hits: dict[tuple[int, str], int] = {}
        for stop, (word, places) in self._keywords.iter(_plain(text)):
            for place in places:
                hits.setdefault((place, word), stop + 1 - len(word))
        return tuple((place, word, start) for (place, word), start in hits.items())


def is_chinese(text: str) -> bool:
    """Whether at least four and half of the letters are Chinese characters."""
    letters = [char for char in text if char.isalpha()]
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in letters)
    return chinese >= _LEAST_CHINESE and chinese >= _CHINESE_SHARE * len(letters)


class ItemSuggester:
    """The model of one catalogue with the trust that makes its scores chances."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Train on the catalogue, and on thirds of it to learn how far to trust the scores."""
        pairs = [(text, item.code) for item in catalogue.items for text in item.examples]
        self._keywords = {item.code: item.keywords for item in catalogue.items}
        self._classes = {item.code: item.class_code for item in catalogue.items}
        self._model = ItemModel(pairs, self._keywords)
        self._trust = fitted_trust((scores, right) for scores, right, _ in held_out(catalogue))
        self.version = f"{METHOD}:{catalogue.version}"

    def suggest(self, text: str, *, topic: str) -> tuple[ItemSuggestion, ...]:
        """The likeliest items, best first; none without a topic for what it cannot read."""
        text = text[:MAX_TEXT]
        scores = self._model.scores(text) if is_chinese(text) else None
        in_topic = np.array([self._classes[code] == topic for code in self._model.codes])
        if scores is None:
            if not in_topic.any():
                return ()
            scores = np.zeros(len(self._model.codes))
        chances = chances_of(scores + _TOPIC_WEIGHT * in_topic, self._trust)
        best = np.argsort(-chances, kind="stable")[:SUGGESTIONS]
        return tuple(
            self._suggestion(text, place, float(chances[place]), bool(in_topic[place]))
            for place in best
        )

    def _suggestion(self, text: str, place: int, score: float, in_topic: bool) -> ItemSuggestion:
        code = self._model.codes[place]
        topic = (SuggestionReason("topic", "", 0, 0),) if in_topic else ()
        return ItemSuggestion(
            item=code,
            score=round(score, 3),
            reasons=(*topic, *self._model.reasons(text, code)),
            version=self.version,
        )


_suggesters: dict[str, ItemSuggester] = {}
_training: Final = Lock()


def suggester_for(catalogue: Catalogue) -> ItemSuggester:
    """The trained suggester of a catalogue: trained at first use, kept by catalogue version."""
    with _training:
        if catalogue.version not in _suggesters:
            while len(_suggesters) >= _MODELS_KEPT:
                del _suggesters[next(iter(_suggesters))]
            _suggesters[catalogue.version] = ItemSuggester(catalogue)
        return _suggesters[catalogue.version]


def held_out(catalogue: Catalogue) -> Iterator[tuple[Floats, int, ItemModel]]:
    """Scores of each example by a model that has not seen it: (scores, right place, model).

    Three folds: the first, second and third examples of the items in turn.
    """
    keywords = {item.code: item.keywords for item in catalogue.items}
    rows = [
        (text, item.code, number % _FOLDS)
        for item in catalogue.items
        for number, text in enumerate(item.examples)
    ]
    for fold in range(_FOLDS):
        learnt = [(text, code) for text, code, part in rows if part != fold]
        asked = [(text, code) for text, code, part in rows if part == fold]
        if not learnt or not asked:
            continue
        model = ItemModel(learnt, keywords)
        answers = model.scores_of([text for text, _ in asked])
        for (_, code), scores in zip(asked, answers, strict=True):
            if scores is not None:
                yield scores, model.codes.index(code), model


def chances_of(scores: Floats, trust: Trust) -> Floats:
    """Scores as chances that add up to 1."""
    raised = np.exp(trust.sharpness * (scores - scores.max()))
    sharp = raised / raised.sum()
    return np.asarray((1 - trust.lapse) * sharp + trust.lapse / len(sharp), dtype=np.float64)


def fitted_trust(trials: Iterable[tuple[Floats, int]]) -> Trust:
    """The trust under which the right answers of the trials are likeliest."""
    rows = tuple(trials)

    def surprise(trust: Trust) -> float:
        return -sum(float(np.log(chances_of(row, trust)[right])) for row, right in rows)

    return min((Trust(*pair) for pair in product(_SHARPNESS, _LAPSES)), key=surprise)


def _keyword_finder(
    spoken: Sequence[tuple[str, str]], place: Mapping[str, int]
) -> ahocorasick.Automaton:
    owners: dict[str, list[int]] = {}
    for word, code in spoken:
        owners.setdefault(_plain(word), []).append(place[code])
    finder = ahocorasick.Automaton()
    for word, places in owners.items():
        finder.add_word(word, (word, tuple(places)))
    finder.make_automaton()
    return finder


def _plain(text: str) -> str:
    """The text with small Latin letters; every character keeps its place."""
    return text.translate(_CAPITALS)


def _overlap(left: SuggestionReason, right: SuggestionReason) -> bool:
    return left.start < right.end and right.start < left.end
