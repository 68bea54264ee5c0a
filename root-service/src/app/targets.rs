//! Which indexes an expression means: names, aliases, `*` patterns, lists, exclusions, `_all`.

use std::collections::{BTreeMap, BTreeSet};

use shared::catalog::{Catalog, IndexMeta};
use shared::ids::check_index_name;

use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};

/// Parts of one expression. Each is held against every index and alias.
const PARTS_MAX: usize = 256;

/// Indexes by name, each once.
pub type Chosen<'a> = BTreeMap<&'a str, &'a IndexMeta>;

/// The index part of a path, or of a line of `_msearch`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    parts: Vec<String>,
}

/// What an expression may come to without being an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leniency {
    /// A name that is not there is passed over.
    pub ignore_unavailable: bool,
    /// A pattern may fit nothing.
    pub allow_no_indices: bool,
    /// Patterns are tried on indexes at all; all indexes here are open and none is hidden.
    pub expand: bool,
    /// Aliases are names too.
    pub aliases: bool,
}

impl Default for Leniency {
    fn default() -> Self {
        Self {
            ignore_unavailable: false,
            allow_no_indices: true,
            expand: true,
            aliases: true,
        }
    }
}

impl Targets {
    /// Reads `a`, `a,b`, `a*,-ab`, `_all`, `*`.
    pub fn parse(text: &str) -> Self {
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        Self { parts }
    }

    /// The same, where nothing means everything.
    pub fn or_all(text: Option<&str>) -> Self {
        Self::parse(text.unwrap_or("_all"))
    }

    /// Whether some part is a pattern.
    pub fn has_patterns(&self) -> bool {
        self.parts.iter().any(|part| is_pattern(part))
    }

    /// The indexes meant, by name, each once.
    ///
    /// # Errors
    /// [`ApiError::IndexNotFound`] for what must be there and is not; a name that cannot be; too many parts.
    pub fn resolve<'a>(&self, catalog: &'a Catalog, leniency: Leniency) -> Result<Chosen<'a>, ApiError> {
        if self.parts.len() > PARTS_MAX {
            return Err(ApiError::illegal(format!(
                "the index expression has [{}] parts, the limit is [{PARTS_MAX}]",
                self.parts.len()
            )));
        }
        let mut chosen = Chosen::new();
        let mut patterns = false;
        for part in &self.parts {
            if let (true, Some(excluded)) = (patterns, part.strip_prefix('-')) {
                exclude(excluded, catalog, leniency, &mut chosen);
            } else if is_pattern(part) {
                patterns = true;
                let fitting = if leniency.expand {
                    fitting(part, catalog, leniency)
                } else {
                    Chosen::new()
                };
                if fitting.is_empty() && !leniency.allow_no_indices {
                    return Err(not_found(part));
                }
                chosen.extend(fitting);
            } else {
                let named = name(part, catalog, leniency)?;
                if named.is_empty() && !leniency.ignore_unavailable {
                    return Err(not_found(part));
                }
                chosen.extend(named);
            }
        }
        if chosen.is_empty() && !leniency.allow_no_indices {
            return Err(not_found(&self.parts.join(",")));
        }
        Ok(chosen)
    }
}

/// What an expression means by itself: indexes by their own names, and aliases as such.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names<'a> {
    /// The indexes.
    pub indexes: BTreeSet<&'a str>,
    /// The aliases.
    pub aliases: BTreeSet<&'a str>,
}

impl Targets {
    /// The names meant, each once.
    ///
    /// # Errors
    /// As [`Targets::resolve`].
    pub fn resolve_names<'a>(&self, catalog: &'a Catalog, leniency: Leniency) -> Result<Names<'a>, ApiError> {
        // What may not be is refused there.
        self.resolve(catalog, leniency)?;
        let mut names = Names::default();
        let mut patterns = false;
        for part in &self.parts {
            if let (true, Some(excluded)) = (patterns, part.strip_prefix('-')) {
                names.indexes.retain(|name| !fits(excluded, name));
                names.aliases.retain(|name| !fits(excluded, name));
                continue;
            }
            let pattern = is_pattern(part);
            patterns |= pattern;
            if pattern && !leniency.expand {
                continue;
            }
            let wanted = if part == "_all" { "*" } else { part };
            let indexes = catalog.indexes.keys().map(String::as_str);
            names.indexes.extend(indexes.filter(|name| fits(wanted, name)));
            let aliases = catalog.aliases.keys().map(String::as_str);
            names.aliases.extend(aliases.filter(|name| fits(wanted, name)));
        }
        Ok(names)
    }
}

fn is_pattern(part: &str) -> bool {
    part == "_all" || part.contains('*')
}

/// What a pattern fits, by the names of indexes and, if they count, of their aliases.
fn fitting<'a>(pattern: &str, catalog: &'a Catalog, leniency: Leniency) -> Chosen<'a> {
    let pattern = if pattern == "_all" { "*" } else { pattern };
    let by_name = catalog.indexes.iter().filter(|(name, _)| fits(pattern, name));
    let mut chosen: Chosen<'a> = by_name.map(|(name, meta)| (name.as_str(), meta)).collect();
    // Everything is everything, whatever it is called besides.
    if leniency.aliases && pattern != "*" {
        for alias in catalog.aliases.keys().filter(|alias| fits(pattern, alias)) {
            chosen.extend(catalog.named(alias));
        }
    }
    chosen
}

fn exclude(pattern: &str, catalog: &Catalog, leniency: Leniency, chosen: &mut Chosen<'_>) {
    if is_pattern(pattern) {
        let excluded = fitting(pattern, catalog, leniency);
        chosen.retain(|name, _| !excluded.contains_key(*name));
    } else {
        chosen.remove(pattern);
    }
}

fn name<'a>(name: &str, catalog: &'a Catalog, leniency: Leniency) -> Result<Chosen<'a>, ApiError> {
    if !leniency.aliases && catalog.aliases.contains_key(name) {
        if leniency.ignore_unavailable {
            return Ok(Chosen::new());
        }
        return Err(ApiError::illegal(format!(
            "The provided expression [{}] matches an alias, specify the corresponding concrete indices instead.",
            brief(name)
        )));
    }
    let named = catalog.named(name);
    if named.is_empty() && check_index_name(&name.to_lowercase()).is_err() {
        return Err(not_found(name));
    }
    Ok(named.into_iter().collect())
}

fn not_found(name: &str) -> ApiError {
    // An alias may have upper case, so its lack is only that.
    match check_index_name(&name.to_lowercase()) {
        Err(error) if !is_pattern(name) && !name.contains(',') => error.into(),
        _ => ApiError::IndexNotFound { index: brief(name) },
    }
}

#[cfg(test)]
mod tests {
    use shared::catalog::AliasOf;
    use shared::ids::IndexUuid;
    use shared::mapping::Mapping;

    use super::*;

    fn names(text: &str, leniency: Leniency) -> Result<Vec<String>, ApiError> {
        let meta = IndexMeta {
            uuid: IndexUuid(uuid::Uuid::nil()),
            shards: 1,
            text_slots: 8,
            refresh_interval_ms: None,
            created_ms: 0,
            mapping: Mapping::default(),
        };
        let both = ["ab", "b"].map(|name| (name.to_owned(), AliasOf::default()));
        let catalog = Catalog {
            indexes: ["a", "ab", "b", "c"]
                .map(|name| (name.to_owned(), meta.clone()))
                .into(),
            aliases: [("both".to_owned(), both.into())].into(),
            ..Catalog::default()
        };
        let resolved = Targets::parse(text).resolve(&catalog, leniency)?;
        Ok(resolved.into_keys().map(str::to_owned).collect())
    }

    #[test]
    fn names_patterns_and_exclusions_choose_each_index_once() {
        for (text, expected) in [
            ("a", vec!["a"]),
            ("b,a,b", vec!["a", "b"]),
            ("a*", vec!["a", "ab"]),
            ("a*,-ab", vec!["a"]),
            ("_all", vec!["a", "ab", "b", "c"]),
            ("*,-a*", vec!["b", "c"]),
            ("*,-bot*", vec!["a", "c"]),
            ("both", vec!["ab", "b"]),
            ("bo*,a", vec!["a", "ab", "b"]),
            ("x*", vec![]),
        ] {
            assert_eq!(names(text, Leniency::default()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_an_error_unless_it_may_be() {
        let strict = Leniency::default();
        assert!(matches!(names("a,x", strict), Err(ApiError::IndexNotFound { index }) if index == "x"));
        assert!(matches!(names("_x", strict), Err(ApiError::IndexName { .. })));
        // Without a pattern before it, a minus is part of a name that cannot be.
        assert!(matches!(names("-a", strict), Err(ApiError::IndexName { .. })));
        let lenient = Leniency {
            ignore_unavailable: true,
            ..strict
        };
        assert_eq!(names("a,x", lenient).unwrap(), ["a"]);
        assert!(names("x", lenient).unwrap().is_empty());
        let some = Leniency {
            allow_no_indices: false,
            ..lenient
        };
        assert!(names("x", some).is_err());
        assert!(names("a,x*", some).is_err());
        let literal = Leniency {
            expand: false,
            ..strict
        };
        assert_eq!(names("a*,b", literal).unwrap(), ["b"]);
    }

    #[test]
    fn calls_that_want_indexes_refuse_their_aliases() {
        let concrete = Leniency {
            aliases: false,
            ..Leniency::default()
        };
        assert!(
            names("both", concrete)
                .unwrap_err()
                .to_string()
                .contains("matches an alias")
        );
        assert!(names("bo*", concrete).unwrap().is_empty());
    }
}
