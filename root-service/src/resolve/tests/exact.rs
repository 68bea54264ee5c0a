//! Exact values, dates, ranges and existence.

use serde_json::json;

use super::{becomes, refuses};

#[test]
fn exact_values_are_found_as_they_are() {
    becomes(&[
        (json!({"term": {"kind": {"value": "a", "boost": 2}}}), "kind:a^2"),
        (json!({"term": {"body": "The Whale"}}), "body:The Whale"),
        (json!({"term": {"kind": 5}}), "kind:5"),
        (json!({"term": {"year": 9e99}}), "nothing"),
        (
            json!({"terms": {"kind": ["b", "a", "b"], "boost": 2}}),
            "kind=a|b^2",
        ),
        (json!({"terms": {"year": [3, "1", 2.5]}}), "year=1|3"),
        (json!({"terms": {"year": [2.5]}}), "nothing"),
        (
            json!({"terms": {"body": ["a", "b", "a"], "boost": 2}}),
            "constant{(?body:a ?body:b)/1}^2",
        ),
        (json!({"terms": {"nowhere": ["a"]}}), "nothing"),
        (json!({"terms": {"_id": ["2", 1]}}), "_id=1|2"),
        (json!({"ids": {"values": ["b", "a"], "boost": 2}}), "_id=a|b^2"),
        (json!({"ids": {"values": []}}), "nothing"),
    ]);
}

#[test]
fn dates_have_an_extent() {
    becomes(&[
        (
            json!({"term": {"date": "2015-03-31T12:34:56.789Z"}}),
            "date=1427805296789",
        ),
        (
            json!({"term": {"date": 1_427_805_296_789_i64}}),
            "date=1427805296789",
        ),
        (
            json!({"match": {"date": "2015-03-31"}}),
            "date[1427760000000]..[1427846399999]",
        ),
        (json!({"term": {"date": "now"}}), "date=1427805296789"),
        (
            json!({"term": {"seconds": 1_427_805_296}}),
            "seconds=1427805296000",
        ),
        (
            json!({"terms": {"date": ["1970-01-01T00:00:00.005Z", "1970-01-01T00:00:00.003Z"]}}),
            "constant{(?date=5 ?date=3)/1}",
        ),
        // `gte` and `lt` are before the day, `gt` and `lte` after it.
        (
            json!({"range": {"date": {"gte": "2015-03-31"}}}),
            "date[1427760000000]..*",
        ),
        (
            json!({"range": {"date": {"gt": "2015-03-31"}}}),
            "date[1427846400000]..*",
        ),
        (
            json!({"range": {"date": {"lt": "2015-03-31"}}}),
            "date*..[1427759999999]",
        ),
        (
            json!({"range": {"date": {"lte": "2015-03-31"}}}),
            "date*..[1427846399999]",
        ),
        (
            json!({"range": {"date": {"gte": "now-1d/d", "lt": "now/d"}}}),
            "date[1427673600000]..[1427759999999]",
        ),
        (
            json!({"range": {"date": {"gte": "2014-11-18||/M"}}}),
            "date[1414800000000]..*",
        ),
        (
            json!({"range": {"date": {"gte": 2014, "lte": "2014", "format": "yyyy"}}}),
            "date[1388534400000]..[1420070399999]",
        ),
        (json!({"range": {"date": {"gt": "now", "lt": "now"}}}), "nothing"),
    ]);
    refuses(&[
        (
            json!({"range": {"date": {"gte": "2014-13"}}}),
            "failed to parse date field [2014-13]",
        ),
        (
            json!({"range": {"date": {"gte": "now-1x"}}}),
            "failed to parse date math [now-1x]",
        ),
        (
            json!({"range": {"date": {"gte": 1, "format": "qqqq"}}}),
            "Invalid format: [qqqq]",
        ),
    ]);
}

#[test]
fn ranges_have_the_ends_of_their_type() {
    becomes(&[
        (
            json!({"range": {"year": {"gte": 1840, "lt": 1860, "boost": 2}}}),
            "year[1840]..[1859]^2",
        ),
        (json!({"range": {"year": {"gt": "1840"}}}), "year[1841]..*"),
        (
            json!({"range": {"year": {"gte": 1.5, "lte": 3.5}}}),
            "year[2]..[3]",
        ),
        (json!({"range": {"year": {"gt": 1.5, "lt": 3.5}}}), "year[2]..[3]"),
        (
            json!({"range": {"year": {"gt": -1.5, "lt": 1.0}}}),
            "year[-1]..[0]",
        ),
        (json!({"range": {"year": {"gte": 2, "lte": 2}}}), "year=2"),
        (json!({"range": {"year": {"gt": 2, "lt": 3}}}), "nothing"),
        (json!({"range": {"year": {"gt": i64::MAX}}}), "nothing"),
        (json!({"range": {"year": {"lt": i64::MIN}}}), "nothing"),
        (json!({"range": {"year": {"gte": 1e300}}}), "nothing"),
        (json!({"range": {"year": {"lte": 1e300}}}), "exists(year)"),
        (json!({"range": {"year": {"gte": -1e300, "lt": 5}}}), "year*..[4]"),
        (json!({"range": {"year": {}}}), "exists(year)"),
        (
            json!({"range": {"price": {"gte": 1, "lt": "2.5"}}}),
            "price[1.0]..(2.5)",
        ),
        (json!({"range": {"price": {"gte": 2, "lt": 2}}}), "nothing"),
        (
            json!({"range": {"kind": {"gte": "a", "lt": "b"}}}),
            "kind[a]..(b)",
        ),
        (json!({"range": {"kind": {"gte": "b", "lte": "a"}}}), "nothing"),
        (json!({"range": {"title.raw": {"gt": 5}}}), "title.raw(5)..*"),
        (json!({"range": {"open": {"gt": false}}}), "open=true"),
        (
            json!({"range": {"open": {"gte": false, "lte": true}}}),
            "open=false|true",
        ),
        (json!({"range": {"open": {"gt": true}}}), "nothing"),
        (json!({"range": {"nowhere": {"gt": 5}}}), "nothing"),
    ]);
    refuses(&[
        (
            json!({"range": {"title": {"gt": "a"}}}),
            "use its keyword sub-field [title.raw]",
        ),
        (
            json!({"range": {"body": {"gt": "a"}}}),
            "map it, or a sub-field of it, as keyword",
        ),
        (json!({"range": {"year": {"gt": "a"}}}), "For input string: \"a\""),
        (
            json!({"range": {"year": {"gt": 1, "format": "yyyy"}}}),
            "does not support custom formats",
        ),
        (json!({"range": {"_id": {"gt": "a"}}}), "[_id] takes no ranges"),
    ]);
}

#[test]
fn existence_is_of_fields_objects_and_patterns() {
    becomes(&[
        (json!({"exists": {"field": "year", "boost": 2}}), "exists(year)^2"),
        (json!({"exists": {"field": "title"}}), "_names=title"),
        (json!({"exists": {"field": "title.raw"}}), "exists(title.raw)"),
        (
            json!({"exists": {"field": "author"}}),
            "constant{(?exists(author.name) ?_names=author.bio)/1}",
        ),
        (json!({"exists": {"field": "y*"}}), "exists(year)"),
        (json!({"exists": {"field": "_id"}}), "all"),
        (json!({"exists": {"field": "nowhere"}}), "nothing"),
    ]);
}
