"""Runs every topic with a library, and tells at the end all that went wrong."""

import inspect
import traceback

import aggregating
import documents
import failing
import indexes
import loading
import paging
import searching
import suggesting

TOPICS = [indexes, documents, searching, paging, aggregating, suggesting, failing]


def run(library, further_topics, *further_acts):
    """Loads the films, runs each act of each topic and the further ones, and takes the indexes away again."""
    loading.load(library)
    acts = [act for topic in [*TOPICS, *further_topics] for act in _acts_of(topic)]
    failures = _attempt([*acts, *further_acts], library)
    library.delete_indexes()
    if failures:
        raise SystemExit("\n".join(["not so:", *failures]))


def _acts_of(topic):
    """The public functions of a module, in their order. Each stands for itself."""
    functions = (value for name, value in vars(topic).items() if not name.startswith("_"))
    return [each for each in functions if inspect.isfunction(each) and each.__module__ == topic.__name__]


def _attempt(acts, library):
    """Runs every act, and returns what went wrong."""
    failures = []
    for act in acts:
        try:
            act(library)
        # Whatever it is: the other acts are run all the same.
        except Exception as error:
            line = traceback.extract_tb(error.__traceback__)[1].lineno
            failures.append(f"{act.__module__}.{act.__name__}, line {line}: {type(error).__name__}: {error}")
    return failures
