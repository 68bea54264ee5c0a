//! Random queries of every shape.

use rand::RngExt as _;
use rand::rngs::StdRng;
use shared::pattern::{Pattern, Syntax};
use shared::wire::clause::{
    BoostMode, Bound, Clause, DecayShape, Field, Function, FunctionValue, LeafQuery, Modifier, Pick, Rescore,
    ScoreMode, Term, Value,
};

use super::fixture::{BODY, TITLE, exact, text, word};

/// Makes queries and fills their table of terms.
pub(super) struct Shapes<'a> {
    rng: &'a mut StdRng,
    terms: Vec<Term>,
}

/// A query of one of the shapes that roots send, by number.
pub(super) fn query(rng: &mut StdRng, shape: usize) -> LeafQuery {
    let mut shapes = Shapes {
        rng,
        terms: Vec::new(),
    };
    let clause = shapes.of(shape);
    LeafQuery {
        terms: shapes.terms,
        clause,
    }
}

/// How many shapes there are.
pub(super) const SHAPES: usize = 20;
/// The number of a shape beyond them: functions with a least score.
pub(super) const WITH_LEAST_SCORE: usize = 100;
/// The number of another shape: terms that are taken for one.
pub(super) const WITH_SYNONYMS: usize = 101;
/// The number of another shape: such terms among other clauses.
pub(super) const AMONG_OTHERS: usize = 102;

impl Shapes<'_> {
    fn of(&mut self, shape: usize) -> Clause {
        match shape {
            0 => self.term(),
            1 => Clause::bool_of(self.several(2, Self::term), Vec::new(), 0),
            2 => Clause::bool_of(self.several(5, Self::term), Vec::new(), 0),
            3 => Clause::bool_of(Vec::new(), self.several(2, Self::term), 1),
            4 => Clause::bool_of(Vec::new(), self.several(5, Self::term), 1),
            5 => Clause::bool_of(Vec::new(), self.several(15, Self::term), 1),
            6 => {
                let should_min = self.rng.random_range(0..6);
                Clause::bool_of(Vec::new(), self.several(5, Self::term), should_min)
            }
            7 => self.phrase(),
            8 => Clause::bool_of(vec![self.term()], self.several(3, Self::term), 0),
            9 => self.best_of(0.0),
            10 => self.best_of(0.3),
            11 => self.constant(),
            12 => Clause::Bool {
                must: self.several(2, Self::term),
                should: Vec::new(),
                filter: vec![self.range()],
                must_not: vec![self.term()],
                should_min: 0,
            },
            13 => Clause::Bool {
                must: Vec::new(),
                should: Vec::new(),
                filter: Vec::new(),
                must_not: self.several(2, Self::term),
                should_min: 0,
            },
            14 => Clause::Bool {
                must: Vec::new(),
                should: self.several(3, Self::any),
                filter: vec![self.any(), self.term()],
                must_not: Vec::new(),
                should_min: self.rng.random_range(0..3),
            },
            15 => self.fits(),
            16 => self.phrase_of_any(),
            17 => self.rescored(None),
            18 => self.phrase_of_repeated(),
            WITH_SYNONYMS => self.synonyms(),
            AMONG_OTHERS => Clause::bool_of(self.several(2, Self::synonyms), self.several(3, Self::any), 0),
            WITH_LEAST_SCORE => self.rescored(Some(1.5)),
            _ => self.nested(3),
        }
    }

    /// Any clause that is not a bool.
    fn any(&mut self) -> Clause {
        match self.rng.random_range(0..12) {
            9 => self.fits(),
            10 if self.rng.random_bool(0.5) => self.phrase_of_repeated(),
            10 => self.phrase_of_any(),
            11 => self.rescored(None),
            0..4 => self.term(),
            4 => self.phrase(),
            5 => self.range(),
            6 => self.best_of(0.5),
            7 => self.constant(),
            _ => Clause::All { boost: self.boost() },
        }
    }

    fn nested(&mut self, depth: u32) -> Clause {
        if depth == 0 || self.rng.random_bool(0.3) {
            return self.any();
        }
        let mut some = |most: usize| -> Vec<Clause> {
            let count = self.rng.random_range(0..=most);
            (0..count).map(|_| self.nested(depth - 1)).collect()
        };
        let (must, should, filter, must_not) = (some(2), some(3), some(1), some(1));
        let should_min = self.rng.random_range(0..=should.len().min(2));
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min: u32::try_from(should_min).unwrap(),
        }
    }

    fn several(&mut self, count: usize, mut one: impl FnMut(&mut Self) -> Clause) -> Vec<Clause> {
        (0..count).map(|_| one(self)).collect()
    }

    fn boost(&mut self) -> f32 {
        [1.0, 1.0, 0.25, 3.3, 0.0][self.rng.random_range(0..5)]
    }

    fn number(&mut self, term: Term) -> u32 {
        let at = self.terms.iter().position(|of| *of == term).unwrap_or_else(|| {
            self.terms.push(term);
            self.terms.len() - 1
        });
        u32::try_from(at).unwrap()
    }

    fn term(&mut self) -> Clause {
        let term = match self.rng.random_range(0..10) {
            0..6 => text(BODY, &word(self.rng)),
            6..9 => text(TITLE, &word(self.rng)),
            _ => exact("tag", Value::Str(format!("t{}", self.rng.random_range(0..5)))),
        };
        Clause::Term {
            term: self.number(term),
            boost: self.boost(),
        }
    }

    fn phrase(&mut self) -> Clause {
        let words = self.rng.random_range(2..4);
        let terms = (0..words)
            .map(|position| {
                let word = word(self.rng);
                (position, self.number(text(BODY, &word)))
            })
            .collect();
        Clause::Phrase {
            terms,
            slop: self.rng.random_range(0..4),
            boost: self.boost(),
        }
    }

    fn synonyms(&mut self) -> Clause {
        let words: Vec<Term> = (0..self.rng.random_range(1..5))
            .map(|_| text(BODY, &word(self.rng)))
            .collect();
        Clause::Synonyms {
            terms: words.into_iter().map(|word| self.number(word)).collect(),
            boost: self.boost(),
        }
    }

    fn phrase_of_any(&mut self) -> Clause {
        let words = self.rng.random_range(2..4);
        let places = (0..words)
            .map(|position| {
                let words = (0..self.rng.random_range(1..4)).map(|_| text(BODY, &word(self.rng)));
                let words: Vec<Term> = words.collect();
                (
                    position,
                    words.into_iter().map(|word| self.number(word)).collect(),
                )
            })
            .collect();
        Clause::PhraseOfAny {
            places,
            slop: self.rng.random_range(0..3),
            boost: self.boost(),
        }
    }

    /// Places of few words, so that a word stands in several of them.
    fn phrase_of_repeated(&mut self) -> Clause {
        let few: Vec<u32> = (0..3)
            .map(|_| {
                let word = word(self.rng);
                self.number(text(BODY, &word))
            })
            .collect();
        let places = (0..self.rng.random_range(2..5))
            .map(|position| {
                let words = 0..self.rng.random_range(1..4);
                (
                    position,
                    words.map(|_| few[self.rng.random_range(0..3)]).collect(),
                )
            })
            .collect();
        Clause::PhraseOfAny {
            places,
            slop: self.rng.random_range(0..4),
            boost: self.boost(),
        }
    }

    fn fits(&mut self) -> Clause {
        let patterns = [
            (Field::Text(BODY), Syntax::Prefix, "w1"),
            (Field::Text(TITLE), Syntax::Wildcard, "w?5"),
            (Field::Text(BODY), Syntax::Regexp, "w(2[0-9]|7)"),
            (Field::Exact("tag".to_owned()), Syntax::Wildcard, "*1"),
            (Field::Exact("tag".to_owned()), Syntax::Prefix, "t"),
            (Field::Text(BODY), Syntax::Prefix, "W2"),
        ];
        let (field, syntax, text) = patterns[self.rng.random_range(0..patterns.len())].clone();
        let pattern = Pattern {
            syntax,
            text: text.to_owned(),
            case_insensitive: self.rng.random_bool(0.5),
        };
        let boost = self.boost();
        Clause::Fits {
            field,
            pattern,
            boost,
        }
    }

    fn rescored(&mut self, score_min: Option<f32>) -> Clause {
        let mut functions = Vec::new();
        for _ in 0..self.rng.random_range(0..4) {
            let value = match self.rng.random_range(0..4) {
                0 => FunctionValue::One,
                1 => FunctionValue::Random { seed: 7 },
                2 => FunctionValue::Field {
                    path: "x".to_owned(),
                    factor: 0.25,
                    modifier: Modifier::Square,
                    missing: Some(0.7),
                },
                _ => FunctionValue::Decay {
                    path: "n".to_owned(),
                    origin: 3.5,
                    offset: 1.0,
                    rate: -0.05,
                    shape: DecayShape::Gauss,
                    pick: Pick::Min,
                },
            };
            functions.push(Function {
                filter: self.rng.random_bool(0.5).then(|| self.range()),
                weight: 1.5,
                value,
            });
        }
        let modes = [
            (ScoreMode::Multiply, BoostMode::Multiply),
            (ScoreMode::Mean, BoostMode::Sum),
            (ScoreMode::First, BoostMode::Replace),
            (ScoreMode::Max, BoostMode::Mean),
        ];
        let (score_mode, boost_mode) = modes[self.rng.random_range(0..modes.len())];
        Clause::Rescored {
            clause: Box::new(Clause::bool_of(Vec::new(), self.several(3, Self::term), 1)),
            rescore: Box::new(Rescore {
                functions,
                score_mode,
                boost_mode,
                function_max: 20.0,
                score_min,
            }),
        }
    }

    fn best_of(&mut self, tie_breaker: f32) -> Clause {
        Clause::BestOf {
            clauses: self.several(3, Self::term),
            tie_breaker,
        }
    }

    fn constant(&mut self) -> Clause {
        let boost = self.boost();
        match self.rng.random_range(0..4) {
            0 => Clause::Constant {
                clause: Box::new(self.term()),
                boost,
            },
            1 => Clause::AnyOf {
                field: Field::Exact("tag".to_owned()),
                values: vec![Value::Str("t1".to_owned()), Value::Str("t3".to_owned())],
                boost,
            },
            2 => Clause::Exists {
                path: ["flag", "n", "x"][self.rng.random_range(0..3)].to_owned(),
                boost,
            },
            _ => Clause::Nothing,
        }
    }

    fn range(&mut self) -> Clause {
        let long = self.rng.random_bool(0.5);
        let number = self.rng.random_range(-20..20);
        let value = if long {
            Value::Long(number)
        } else {
            Value::Double(f64::from(i32::try_from(number).unwrap()) + 0.25)
        };
        let (lower, upper) = match self.rng.random_range(0..4) {
            0 => (Bound::Included(value), Bound::Open),
            1 => (Bound::Excluded(value), Bound::Open),
            2 => (Bound::Open, Bound::Included(value)),
            _ => (Bound::Open, Bound::Excluded(value)),
        };
        Clause::Range {
            path: if self.rng.random_bool(0.5) { "n" } else { "x" }.to_owned(),
            lower,
            upper,
            boost: self.boost(),
        }
    }
}
