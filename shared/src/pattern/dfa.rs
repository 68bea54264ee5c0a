//! A pattern as a deterministic automaton over classes of characters, built by Thompson's and the subset construction.

use std::collections::{BTreeSet, HashMap};

use super::{Automaton, PatternError};
use crate::limits::{PATTERN_STATES_MAX, PATTERN_TRANSITIONS_MAX};

/// What a pattern says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ast {
    /// No text at all, not even the empty one.
    Nothing,
    /// One character of these ranges.
    Set(Vec<(char, char)>),
    /// One after the other.
    Concat(Vec<Ast>),
    /// Any of them.
    Any(Vec<Ast>),
    /// Again and again.
    Repeat {
        /// What.
        inner: Box<Ast>,
        /// At least so often.
        min: u32,
        /// At most so often.
        max: Option<u32>,
    },
}

impl Ast {
    pub(super) fn character(c: char) -> Self {
        Self::Set(vec![(c, c)])
    }

    pub(super) fn any_character() -> Self {
        Self::Set(vec![('\0', char::MAX)])
    }

    pub(super) fn anything() -> Self {
        Self::Repeat {
            inner: Box::new(Self::any_character()),
            min: 0,
            max: None,
        }
    }
}

/// A state without a way out.
const DEAD: u32 = 0;

/// A deterministic automaton.
#[derive(Clone, Debug)]
pub struct Dfa {
    /// Where each class of characters begins, ascending; the first begins at 0.
    classes: Vec<u32>,
    /// By state and class.
    next: Vec<u32>,
    matching: Vec<bool>,
    start: u32,
}

impl Dfa {
    pub(super) fn new(ast: &Ast, case_insensitive: bool) -> Result<Self, PatternError> {
        let mut nfa = Nfa {
            states: Vec::new(),
            case_insensitive,
        };
        let start = nfa.state()?;
        let end = nfa.add(ast, start)?;
        nfa.determinized(start, end)
    }

    /// How many states it has.
    pub fn states(&self) -> usize {
        self.matching.len()
    }
}

impl Automaton for Dfa {
    type State = u32;

    fn start(&self) -> u32 {
        self.start
    }

    fn step(&self, state: u32, c: char) -> u32 {
        let class = self.classes.partition_point(|begin| *begin <= u32::from(c)) - 1;
        self.next[state as usize * self.classes.len() + class]
    }

    fn is_match(&self, state: u32) -> bool {
        self.matching[state as usize]
    }

    fn is_dead(&self, state: u32) -> bool {
        state == DEAD
    }
}

/// A state of the automaton in the making.
#[derive(Default)]
struct State {
    /// Where nothing leads.
    free: Vec<u32>,
    /// Where characters lead.
    on: Option<(Vec<(u32, u32)>, u32)>,
}

struct Nfa {
    states: Vec<State>,
    case_insensitive: bool,
}

impl Nfa {
    fn state(&mut self) -> Result<u32, PatternError> {
        // Each state of the result is a set of these.
        if self.states.len() >= PATTERN_STATES_MAX {
            return Err(PatternError::TooComplex);
        }
        self.states.push(State::default());
        Ok(self.last())
    }

    fn last(&self) -> u32 {
        u32::try_from(self.states.len() - 1).expect("at most PATTERN_STATES_MAX")
    }

    fn free(&mut self, from: u32, to: u32) {
        self.states[from as usize].free.push(to);
    }

    /// Adds what leads from a state over the pattern, and tells where to. Nothing leads into `from` again, nor out of the end.
    fn add(&mut self, ast: &Ast, from: u32) -> Result<u32, PatternError> {
        match ast {
            Ast::Nothing => self.state(),
            Ast::Set(ranges) => {
                let (begin, end) = (self.state()?, self.state()?);
                self.free(from, begin);
                let ranges = self.ranges(ranges);
                self.states[begin as usize].on = Some((ranges, end));
                Ok(end)
            }
            Ast::Concat(parts) => parts.iter().try_fold(from, |at, part| self.add(part, at)),
            Ast::Any(parts) => {
                let end = self.state()?;
                for part in parts {
                    let begin = self.state()?;
                    self.free(from, begin);
                    let reached = self.add(part, begin)?;
                    self.free(reached, end);
                }
                Ok(end)
            }
            Ast::Repeat { inner, min, max } => {
                let mut at = from;
                for _ in 0..*min {
                    at = self.add(inner, at)?;
                }
                let Some(max) = max else {
                    let (again, end) = (self.state()?, self.state()?);
                    self.free(at, again);
                    let reached = self.add(inner, again)?;
                    self.free(reached, again);
                    self.free(again, end);
                    return Ok(end);
                };
                let end = self.state()?;
                for _ in *min..*max {
                    self.free(at, end);
                    at = self.add(inner, at)?;
                }
                self.free(at, end);
                Ok(end)
            }
        }
    }

    fn ranges(&self, ranges: &[(char, char)]) -> Vec<(u32, u32)> {
        let mut all: Vec<(u32, u32)> = ranges
            .iter()
            .map(|(first, last)| (u32::from(*first), u32::from(*last)))
            .collect();
        if self.case_insensitive {
            let within = all.clone();
            for c in ('a'..='z').chain('A'..='Z') {
                let (code, other) = (u32::from(c), u32::from(c) ^ 0x20);
                if within
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&code))
                {
                    all.push((other, other));
                }
            }
        }
        all
    }

    /// The states that nothing leads to from these, sorted.
    fn closed(&self, mut open: Vec<u32>) -> Vec<u32> {
        let mut seen: BTreeSet<u32> = open.iter().copied().collect();
        while let Some(state) = open.pop() {
            for next in &self.states[state as usize].free {
                if seen.insert(*next) {
                    open.push(*next);
                }
            }
        }
        seen.into_iter().collect()
    }

    fn classes(&self) -> Vec<u32> {
        let mut begins = BTreeSet::from([0]);
        for (ranges, _) in self.states.iter().filter_map(|state| state.on.as_ref()) {
            for (first, last) in ranges {
                begins.insert(*first);
                begins.insert(last.saturating_add(1));
            }
        }
        begins.into_iter().collect()
    }

    fn determinized(&self, start: u32, end: u32) -> Result<Dfa, PatternError> {
        let classes = self.classes();
        let mut sets: Vec<Vec<u32>> = vec![Vec::new()];
        let mut numbers: HashMap<Vec<u32>, u32> = HashMap::from([(Vec::new(), DEAD)]);
        let mut next = Vec::new();
        let mut work = 0;
        let first = self.closed(vec![start]);
        numbers.insert(first.clone(), 1);
        sets.push(first);
        let mut at = 0;
        while at < sets.len() {
            let set = sets[at].clone();
            at += 1;
            for class in &classes {
                // A look at a state is as much work as a transition.
                work += set.len() + 1;
                if work > PATTERN_TRANSITIONS_MAX || sets.len() > PATTERN_STATES_MAX {
                    return Err(PatternError::TooComplex);
                }
                let reached = set.iter().filter_map(|state| {
                    let (ranges, to) = self.states[*state as usize].on.as_ref()?;
                    let within = |(first, last): &(u32, u32)| (*first..=*last).contains(class);
                    ranges.iter().any(within).then_some(*to)
                });
                let reached: BTreeSet<u32> = reached.collect();
                let reached = self.closed(reached.into_iter().collect());
                work += reached.len();
                let number = *numbers.entry(reached).or_insert_with_key(|set| {
                    sets.push(set.clone());
                    u32::try_from(sets.len() - 1).expect("at most PATTERN_STATES_MAX")
                });
                next.push(number);
            }
        }
        let matching = sets.iter().map(|set| set.binary_search(&end).is_ok()).collect();
        Ok(Dfa {
            classes,
            next,
            matching,
            start: 1,
        })
    }
}
