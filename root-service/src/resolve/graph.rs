//! The tokens of a query by their places: what shares a place stands for the same, and what spans several is another way.

use shared::analysis::Token;
use shared::limits;

use crate::error::ApiError;

/// Words in a row, with their positions counted from the first; any of several in a place.
pub(crate) type Path<'a> = Vec<(u32, Vec<&'a Token>)>;

/// A place of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// Any of these words.
    Any(Vec<&'a Token>),
    /// Any of these rows of words.
    Ways(Vec<Path<'a>>),
}

/// How many positions a token spans.
fn length(token: &Token) -> u32 {
    if token.is_side_path() {
        token.position_length
    } else {
        1
    }
}

fn end(token: &Token) -> u32 {
    token.position.saturating_add(length(token))
}

/// The places of a text in their order; it is parted wherever all ways meet.
pub(crate) fn places(tokens: &[Token]) -> Result<Vec<Place<'_>>, ApiError> {
    let mut places = Vec::new();
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        let mut meet = end(first);
        let mut count = 0;
        while let Some(token) = rest.get(count).filter(|token| token.position < meet) {
            meet = meet.max(end(token));
            count += 1;
        }
        let (here, after) = rest.split_at(count);
        let alike = here
            .iter()
            .all(|token| token.position == first.position && end(token) == meet);
        places.push(if alike {
            Place::Any(here.iter().collect())
        } else {
            Place::Ways(through(here)?)
        });
        rest = after;
    }
    Ok(places)
}

/// Every way through a whole text; only one, unless some tokens span several places.
pub(crate) fn paths(tokens: &[Token]) -> Result<Vec<Path<'_>>, ApiError> {
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    if tokens.iter().any(Token::is_side_path) {
        return through(tokens);
    }
    let first = tokens[0].position;
    let mut path: Path<'_> = Vec::new();
    for token in tokens {
        let position = token.position - first;
        match path.last_mut() {
            Some((at, alike)) if *at == position => alike.push(token),
            _ => path.push((position, vec![token])),
        }
    }
    Ok(vec![path])
}

/// Every way from the first token to the end of the last.
fn through(tokens: &[Token]) -> Result<Vec<Path<'_>>, ApiError> {
    let start = tokens.first().map_or(0, |token| token.position);
    let to = tokens.iter().map(end).max().unwrap_or(start);
    let mut done = Vec::new();
    let mut open: Vec<(u32, u32, Path<'_>)> = vec![(start, 0, Vec::new())];
    while let Some((mut at, mut offset, path)) = open.pop() {
        let from = tokens.partition_point(|token| token.position < at);
        // A word that was dropped leaves a gap in every way.
        if let Some(next) = tokens.get(from) {
            offset += next.position - at;
            at = next.position;
        }
        let here = tokens[from..].iter().take_while(|token| token.position == at);
        let mut by_end: Vec<(u32, Vec<&Token>)> = Vec::new();
        for token in here {
            match by_end.iter_mut().find(|(of, _)| *of == end(token)) {
                Some((_, alike)) => alike.push(token),
                None => by_end.push((end(token), vec![token])),
            }
        }
        if by_end.is_empty() || at >= to {
            done.push(path);
        } else {
            for (after, alike) in by_end.into_iter().rev() {
                let mut longer = path.clone();
                longer.push((offset, alike));
                open.push((after, offset + 1, longer));
            }
        }
        let steps: usize = open.iter().map(|(_, _, path)| path.len()).sum();
        if done.len() + open.len() > limits::SYNONYM_PATHS_MAX || steps > limits::CLAUSES_MAX {
            return Err(ApiError::query(format!(
                "failed to create query: the synonyms of its words make more ways through it than the limit of [{}]",
                limits::SYNONYM_PATHS_MAX
            )));
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str, position: u32, position_length: u32) -> Token {
        Token {
            text: text.to_owned(),
            position,
            position_length,
            ..Token::default()
        }
    }

    fn show(path: &Path<'_>) -> String {
        let place = |(position, alike): &(u32, Vec<&Token>)| {
            let words: Vec<&str> = alike.iter().map(|token| token.text.as_str()).collect();
            format!("{position}={}", words.join("|"))
        };
        path.iter().map(place).collect::<Vec<_>>().join(" ")
    }

    fn shown(tokens: &[Token]) -> Vec<String> {
        let place = |place: &Place<'_>| match place {
            Place::Any(alike) => show(&vec![(0, alike.clone())]),
            Place::Ways(ways) => ways.iter().map(show).collect::<Vec<_>>().join(" or "),
        };
        places(tokens).unwrap().iter().map(place).collect()
    }

    #[test]
    fn words_in_one_place_stand_for_the_same() {
        let tokens = [token("fast", 0, 1), token("quick", 0, 1), token("fox", 2, 1)];
        assert_eq!(shown(&tokens), ["0=fast|quick", "0=fox"]);
        let paths: Vec<String> = paths(&tokens).unwrap().iter().map(show).collect();
        assert_eq!(paths, ["0=fast|quick 2=fox"]);
    }

    #[test]
    fn synonyms_of_several_words_are_ways_side_by_side() {
        let tokens = [
            token("the", 0, 1),
            token("ny", 1, 2),
            token("new", 1, 1),
            token("york", 2, 1),
            token("pizza", 3, 1),
        ];
        assert_eq!(shown(&tokens), ["0=the", "0=ny or 0=new 1=york", "0=pizza"]);
        let paths: Vec<String> = paths(&tokens).unwrap().iter().map(show).collect();
        assert_eq!(paths, ["0=the 1=ny 2=pizza", "0=the 1=new 2=york 3=pizza"]);
    }

    #[test]
    fn too_many_ways_are_refused() {
        let tokens: Vec<Token> = (0..20)
            .flat_map(|at| {
                [
                    token("a", 2 * at, 2),
                    token("b", 2 * at, 1),
                    token("c", 2 * at + 1, 1),
                ]
            })
            .collect();
        assert_eq!(places(&tokens).unwrap().len(), 20);
        let error = paths(&tokens).unwrap_err().to_string();
        assert!(error.contains("limit of [64]"), "{error}");
    }
}
