//! Which shapes a sweep measures, and in which order.

use crate::measured::{Shape, Stragglers};

/// The most leaves of a shape: beyond it one machine measures nothing but its own scheduler.
pub const LEAVES_MAX: u32 = 256;
/// The most processes of a cluster on one machine.
pub const PROCESSES_MAX: u32 = 256;
/// The most shards by default: more cost each query more than an even spread is worth.
const SHARDS_MAX: u32 = 64;

/// What shapes are made of: every combination that means something is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    leaves: Vec<u32>,
    replicas: Vec<u32>,
    hedging: Vec<bool>,
    stragglers: Vec<Stragglers>,
}

/// What distinguishes the roots of one cluster: a root hedges or not for its whole life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootKind {
    /// Leaves.
    pub leaves: u32,
    /// Replicas of each.
    pub replicas: u32,
    /// Whether it hedges.
    pub hedging: bool,
}

/// Why a grid makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GridError {
    /// An axis is empty.
    #[error("there is nothing to choose from among the {0}: give at least one")]
    Empty(&'static str),
    /// A number is out of its range.
    #[error("{number} {what} are out of range: from 1 to {most}")]
    OutOfRange {
        /// The axis.
        what: &'static str,
        /// What was given.
        number: u32,
        /// The most.
        most: u32,
    },
    /// A cluster would have too many processes.
    #[error(
        "{leaves} leaves with {replicas} replicas each are too many processes for one machine: at most {PROCESSES_MAX}"
    )]
    Processes {
        /// Leaves.
        leaves: u32,
        /// Replicas of each.
        replicas: u32,
    },
}

impl Grid {
    /// Puts each axis in order and leaves out what is said twice.
    ///
    /// # Errors
    /// [`GridError`] if an axis is empty or a cluster too large.
    pub fn new(
        leaves: impl IntoIterator<Item = u32>,
        replicas: impl IntoIterator<Item = u32>,
        hedging: impl IntoIterator<Item = bool>,
        stragglers: impl IntoIterator<Item = Stragglers>,
    ) -> Result<Self, GridError> {
        let mut grid = Self {
            leaves: rising(leaves),
            replicas: rising(replicas),
            hedging: rising(hedging),
            stragglers: Vec::new(),
        };
        // Healthy first: a root remembers for a while who was slow.
        for script in stragglers {
            if script == Stragglers::None {
                grid.stragglers.retain(|other| *other != script);
                grid.stragglers.insert(0, script);
            } else if !grid.stragglers.contains(&script) {
                grid.stragglers.push(script);
            }
        }
        grid.check()?;
        Ok(grid)
    }

    fn check(&self) -> Result<(), GridError> {
        for (what, axis) in [("leaves", &self.leaves), ("replicas", &self.replicas)] {
            let (Some(least), Some(most)) = (axis.first(), axis.last()) else {
                return Err(GridError::Empty(what));
            };
            for number in [*least, *most] {
                if !(1..=LEAVES_MAX).contains(&number) {
                    let most = LEAVES_MAX;
                    return Err(GridError::OutOfRange { what, number, most });
                }
            }
        }
        if self.hedging.is_empty() {
            return Err(GridError::Empty("ways of hedging"));
        }
        if self.stragglers.is_empty() {
            return Err(GridError::Empty("scripts of stragglers"));
        }
        let (leaves, replicas) = (self.leaves_max(), self.replicas_max());
        if leaves * replicas > PROCESSES_MAX {
            return Err(GridError::Processes { leaves, replicas });
        }
        Ok(())
    }

    /// Numbers of leaves, rising.
    #[must_use]
    pub fn leaves(&self) -> &[u32] {
        &self.leaves
    }

    /// The largest number of leaves.
    #[must_use]
    pub fn leaves_max(&self) -> u32 {
        self.leaves.last().copied().unwrap_or(1)
    }

    /// The largest number of replicas.
    #[must_use]
    pub fn replicas_max(&self) -> u32 {
        self.replicas.last().copied().unwrap_or(1)
    }

    /// Roots in the order in which they are started: those of one cluster follow each other, and clusters grow.
    ///
    /// A hedge goes to another replica: with one alone, hedging means nothing, and is left out.
    #[must_use]
    pub fn roots(&self) -> Vec<RootKind> {
        let mut roots = Vec::new();
        for &replicas in &self.replicas {
            for &leaves in &self.leaves {
                let hedging: &[bool] = if replicas == 1 { &[false] } else { &self.hedging };
                roots.extend(hedging.iter().map(|&hedging| RootKind {
                    leaves,
                    replicas,
                    hedging,
                }));
            }
        }
        roots
    }

    /// The shapes that one root is measured at, in their order.
    #[must_use]
    pub fn shapes_of(&self, root: RootKind) -> Vec<Shape> {
        let shape = |&stragglers: &Stragglers| Shape {
            leaves: root.leaves,
            replicas: root.replicas,
            hedging: root.hedging,
            stragglers,
        };
        self.stragglers.iter().map(shape).collect()
    }

    /// All shapes.
    #[must_use]
    pub fn shapes(&self) -> Vec<Shape> {
        self.roots()
            .into_iter()
            .flat_map(|root| self.shapes_of(root))
            .collect()
    }

    /// How many shards suit all numbers of leaves: the smallest number that each of them divides, so that no leaf has more
    /// than another; if that is too many, the largest number of leaves.
    #[must_use]
    pub fn shards(&self) -> u32 {
        let multiple = self.leaves.iter().try_fold(1_u32, |multiple, &leaves| {
            let (mut a, mut b) = (multiple, leaves);
            while b != 0 {
                (a, b) = (b, a % b);
            }
            (multiple / a)
                .checked_mul(leaves)
                .filter(|shards| *shards <= SHARDS_MAX)
        });
        multiple.unwrap_or_else(|| self.leaves_max())
    }

    /// Shapes that are measured a second time at the end of the sweep, when everything has been started anew, so that the
    /// noise of measuring can be told from differences: the fewest leaves, the most, and the middle with everything else
    /// that the grid has.
    #[must_use]
    pub fn repeated(&self) -> Vec<Shape> {
        let roots = self.roots();
        let middle = self.leaves[self.leaves.len() / 2];
        let first = roots.first();
        let largest = roots
            .iter()
            .filter(|root| root.leaves == self.leaves_max())
            .min_by_key(|root| root.replicas);
        let richest = roots.iter().rev().find(|root| root.leaves == middle);
        let mut repeated: Vec<Shape> = Vec::new();
        for root in [first, largest, richest].into_iter().flatten() {
            let shape = self.shapes_of(*root)[0];
            if !repeated.contains(&shape) {
                repeated.push(shape);
            }
        }
        repeated
    }
}

impl RootKind {
    /// The root of leaves that have one replica each.
    #[must_use]
    pub fn alone(leaves: u32) -> Self {
        Self {
            leaves,
            replicas: 1,
            hedging: false,
        }
    }

    /// The root of a shape.
    #[must_use]
    pub fn of(shape: &Shape) -> Self {
        Self {
            leaves: shape.leaves,
            replicas: shape.replicas,
            hedging: shape.hedging,
        }
    }

    /// Whether the other one has the same leaves.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        (self.leaves, self.replicas) == (other.leaves, other.replicas)
    }
}

fn rising<T: Ord>(axis: impl IntoIterator<Item = T>) -> Vec<T> {
    let axis: std::collections::BTreeSet<T> = axis.into_iter().collect();
    axis.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATE: Stragglers = Stragglers::Share {
        share: 0.01,
        delay_ms: 100,
    };

    fn grid() -> Grid {
        let stragglers = [LATE, Stragglers::None, LATE];
        Grid::new([16, 1, 4, 2, 8, 4], [2, 1], [true, false], stragglers).unwrap()
    }

    #[test]
    fn hedging_is_left_out_where_there_is_no_other_replica() {
        let roots = grid().roots();
        assert_eq!(roots.len(), 5 + 10);
        assert!(roots.iter().all(|root| root.replicas > 1 || !root.hedging));
        assert_eq!(grid().shapes().len(), 30);
        let alone = Grid::new([1], [1], [true], [Stragglers::None]).unwrap();
        assert_eq!(alone.shapes().len(), 1);
        assert!(!alone.shapes()[0].hedging);
    }

    #[test]
    fn what_belongs_together_follows_each_other_and_health_comes_first() {
        let roots = grid().roots();
        let twins = roots
            .windows(2)
            .filter(|pair| pair[0].is_beside(&pair[1]))
            .count();
        assert_eq!(twins, 5);
        assert!(
            grid()
                .shapes()
                .chunks(2)
                .all(|pair| pair[0].stragglers == Stragglers::None)
        );
    }

    #[test]
    fn shards_divide_evenly_where_that_is_cheap() {
        let shards = |leaves: &[u32]| {
            let grid = Grid::new(leaves.iter().copied(), [1], [false], [Stragglers::None]);
            grid.unwrap().shards()
        };
        assert_eq!(shards(&[1, 2, 4, 8, 16]), 16);
        assert_eq!(shards(&[2, 3]), 6);
        assert_eq!(shards(&[7, 9, 16]), 16);
        assert_eq!(shards(&[100]), 100);
    }

    #[test]
    fn repeated_shapes_are_spread_and_healthy() {
        let repeated: Vec<String> = grid().repeated().iter().map(ToString::to_string).collect();
        let expected = [
            "1 leaf, 1 replica",
            "16 leaves, 1 replica",
            "4 leaves, 2 replicas, hedging",
        ];
        assert_eq!(repeated, expected);
    }

    #[test]
    fn what_no_machine_can_hold_is_refused() {
        let grid = |leaves: &[u32], replicas: &[u32]| {
            let (leaves, replicas) = (leaves.iter().copied(), replicas.iter().copied());
            Grid::new(leaves, replicas, [false], [Stragglers::None]).unwrap_err()
        };
        assert_eq!(grid(&[], &[1]), GridError::Empty("leaves"));
        assert!(matches!(
            grid(&[0], &[1]),
            GridError::OutOfRange { number: 0, .. }
        ));
        assert!(matches!(grid(&[128], &[3]), GridError::Processes { .. }));
    }
}
