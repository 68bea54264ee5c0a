//! Tests of the whole: `tests/end_to_end` runs the real processes, `tests/tidy` keeps the house rules. Nothing else uses them.
