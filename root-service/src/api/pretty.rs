//! `?pretty`: lays out compact JSON for people, byte by byte, without parsing it: numbers and strings stay as they are.

/// The same JSON on many lines, two spaces per level.
pub(super) fn lay_out(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len() + json.len() / 2);
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = json.get(at) {
        match byte {
            b'"' => {
                let end = string_end(json, at);
                out.extend_from_slice(&json[at..end]);
                at = end;
                continue;
            }
            b'{' | b'[' => {
                out.push(byte);
                let next = json[at + 1..].iter().position(|b| !b.is_ascii_whitespace());
                if let Some(next) = next.map(|skip| at + 1 + skip)
                    && matches!(json[next], b'}' | b']')
                {
                    out.extend_from_slice(&[b' ', json[next]]);
                    at = next + 1;
                    continue;
                }
                depth += 1;
                new_line(&mut out, depth);
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                new_line(&mut out, depth);
            }
            b':' => out.extend_from_slice(b" : "),
            byte if byte.is_ascii_whitespace() => {}
            byte => out.push(byte),
        }
        at += 1;
    }
    out.push(b'\n');
    out
}

/// Where the string that starts at `at` ends, just past its closing quote.
fn string_end(json: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(byte) = json.get(end) {
        match byte {
            b'\\' => end += 2,
            b'"' => return end + 1,
            _ => end += 1,
        }
    }
    json.len()
}

fn new_line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.resize(out.len() + 2 * depth, b' ');
}

#[cfg(test)]
mod tests {
    use super::lay_out;

    fn pretty(json: &str) -> String {
        String::from_utf8(lay_out(json.as_bytes())).unwrap()
    }

    #[test]
    fn objects_and_arrays_get_lines_of_their_own() {
        assert_eq!(
            pretty(r#"{"a":1,"b":[true,null],"c":{},"d":[ ]}"#),
            "{\n  \"a\" : 1,\n  \"b\" : [\n    true,\n    null\n  ],\n  \"c\" : { },\n  \"d\" : [ ]\n}\n"
        );
    }

    #[test]
    fn strings_and_numbers_stay_as_they_are() {
        assert_eq!(
            pretty(r#"{"a{,:\"\\":1.10e5}"#),
            "{\n  \"a{,:\\\"\\\\\" : 1.10e5\n}\n"
        );
    }

    #[test]
    fn cut_off_json_does_not_panic() {
        for json in ["{", "\"", "\"\\", "[{", "{\"a\":\"", "}}}}", ""] {
            let _ = pretty(json);
        }
    }
}
