"""What each finding says to people: one table, Indonesian first. Data only; `findings` fills it in.

Every sentence says what was expected, then what was found; the remedy says what to do in the modeler.
"""

from engine.definition.sentences import constructs, expressions, file, paths, people, references
from engine.definition.sentences.entry import Sentences

__all__ = ["SENTENCES", "Sentences"]

SENTENCES: dict[str, Sentences] = {
    **file.SENTENCES,
    **constructs.SENTENCES,
    **references.SENTENCES,
    **expressions.SENTENCES,
    **people.SENTENCES,
    **paths.SENTENCES,
}
