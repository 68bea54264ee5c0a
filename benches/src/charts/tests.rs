//! Pictures are whole: every series is there, the markup is sound, and nothing is written that is no number.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::*;

fn chart() -> Chart {
    let p99 = [1.0, 2.0, 4.0, 8.0, 1_000.0].map(|leaves| Place::at(leaves, 80.0 / leaves + 4.0));
    let measured = [1.0, 4.0].map(|leaves| Place::at(leaves, 90.0 / leaves + 4.0));
    Chart {
        title: "Latency <of> \"a & b\"".to_owned(),
        subtitle: "Points were measured.".to_owned(),
        x: Axis::new("leaves", Scale::Log, Unit::Plain),
        y: Axis::new("latency", Scale::Log, Unit::Milliseconds),
        series: vec![
            Series::line("p99", Hue::Vermillion, Stroke::Bold, p99.to_vec()),
            Series::points("measured", Hue::Vermillion, Marker::Disc, measured.to_vec()),
        ],
        mentions: vec![Mention {
            at: Line::Across(50.0),
            name: "objective: 50 ms".to_owned(),
        }],
    }
}

/// Fails unless every element is closed and every character is escaped.
fn assert_sound(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
}

fn texts(svg: &str) -> Vec<&str> {
    let after = svg.split("<text").skip(1);
    let inside = after.filter_map(|rest| rest.split_once('>')?.1.split_once("</text>"));
    inside.map(|(text, _)| text.trim()).collect()
}

#[test]
fn an_svg_is_sound_and_shows_everything() {
    for theme in [Theme::Light, Theme::Adaptive] {
        let svg = svg(&chart(), theme).unwrap();
        assert_sound(&svg);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert!(
            svg.contains("aria-label=\"Latency &lt;of&gt; &quot;a &amp; b&quot;\""),
            "{svg}"
        );
        let texts = texts(&svg);
        for text in [
            "p99",
            "measured",
            "leaves",
            "latency",
            "1",
            "10",
            "1k",
            "objective: 50 ms",
        ] {
            assert!(texts.contains(&text), "{text:?} is not among {texts:?}");
        }
        assert!(svg.contains("<title>p99: 84 ms at 1</title>"), "{svg}");
        assert_eq!(svg.contains("prefers-color-scheme"), theme == Theme::Adaptive);
    }
}

#[test]
fn every_hue_has_another_colour_in_the_dark() {
    let rules = dark_rules(".picture ");
    assert_eq!(rules.matches("{fill:").count(), Hue::ALL.len());
    let svg = svg(&chart(), Theme::Light).unwrap();
    for colour in svg.split("fill=\"#").chain(svg.split("stroke=\"#")).skip(1) {
        if let Some(colour) = colour
            .get(..6)
            .filter(|colour| colour.chars().all(|c| c.is_ascii_hexdigit()))
        {
            assert!(rules.contains(&format!("\"#{colour}\"")), "{colour}");
        }
    }
}

#[test]
fn a_png_can_be_read_and_has_ink() {
    let png = png(&chart()).unwrap();
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    let (width, height) = (number(16), number(20));
    assert!(width == 1_520 && height > 800, "{width} × {height}");
    assert_eq!(&png[37..41], b"IDAT");
    let length = usize::try_from(number(33)).unwrap();
    let mut rows = Vec::new();
    ZlibDecoder::new(&png[41..41 + length])
        .read_to_end(&mut rows)
        .unwrap();
    let row = usize::try_from(width).unwrap() * 3 + 1;
    assert_eq!(rows.len(), row * usize::try_from(height).unwrap());
    let mut pixels = vec![0_u8; row - 1];
    let mut ink = 0;
    for row in rows.chunks(row) {
        assert_eq!(row[0], 2);
        pixels
            .iter_mut()
            .zip(&row[1..])
            .for_each(|(pixel, more)| *pixel = pixel.wrapping_add(*more));
        ink += pixels
            .chunks(3)
            .filter(|rgb| rgb.iter().all(|part| *part < 100))
            .count();
    }
    // Letters of the titles, without any font of the system.
    assert!((1_000..200_000).contains(&ink), "{ink}");
}

#[test]
fn what_has_no_place_is_left_out() {
    let mut odd = chart();
    odd.series[1].places = vec![
        Place::at(0.0, 5.0),
        Place::at(2.0, 0.0),
        Place::at(f64::NAN, f64::INFINITY),
    ];
    let drawn = svg(&odd, Theme::Light).unwrap();
    assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
    assert_eq!(drawn.matches("<title>measured").count(), 0);
    odd.series.clear();
    assert!(odd.is_empty());
    assert_sound(&svg(&odd, Theme::Light).unwrap());
}

#[test]
fn one_place_alone_is_drawn() {
    let mut one = chart();
    for series in &mut one.series {
        series.places.truncate(1);
    }
    for scale in [Scale::Log, Scale::Linear] {
        one.x.scale = scale;
        one.y.scale = scale;
        let drawn = svg(&one, Theme::Light).unwrap();
        assert_sound(&drawn);
        assert!(drawn.contains("<title>p99: 84 ms at 1</title>"), "{drawn}");
    }
}

#[test]
fn what_is_missing_parts_a_line() {
    let lines = |ys: [f64; 5]| {
        let mut chart = chart();
        let places = (1_u32..).zip(ys).map(|(x, y)| Place::at(f64::from(x), y));
        chart.series = vec![Series::line("p99", Hue::Blue, Stroke::Solid, places.collect())];
        chart.mentions.clear();
        let drawn = svg(&chart, Theme::Light).unwrap();
        assert_sound(&drawn);
        // Beside the lines there are the mesh and the legend, which are the same for all.
        (
            drawn.matches("<polyline").count(),
            drawn.matches("<circle").count(),
        )
    };
    let whole = lines([5.0, 6.0, 7.0, 8.0, 9.0]);
    let parted = lines([5.0, 6.0, f64::NAN, 8.0, 9.0]);
    assert_eq!(parted, (whole.0 + 1, whole.1 - 1));
    // The last one is alone: a dot, so that it can be seen.
    let alone = lines([5.0, 6.0, 7.0, f64::NAN, 9.0]);
    assert_eq!(alone, (whole.0, whole.1));
}

#[test]
fn many_names_take_several_rows_of_the_legend() {
    let mut many = chart();
    let named = many.series[0].clone();
    many.series = (0..12)
        .map(|number| Series {
            name: format!("a line with a long name {number}"),
            ..named.clone()
        })
        .collect();
    let drawn = svg(&many, Theme::Light).unwrap();
    let wide = drawn.split("text-anchor=\"start\"").count();
    assert!(wide > 12, "{drawn}");
    assert!(drawn.contains("a line with a long name 11"));
}

#[test]
fn a_long_line_of_text_becomes_smaller() {
    let size = |subtitle: &str| {
        let mut chart = chart();
        subtitle.clone_into(&mut chart.subtitle);
        let drawn = svg(&chart, Theme::Light).unwrap();
        let before = drawn.rsplit_once(subtitle).unwrap().0;
        let size = before.rsplit_once("font-size=\"").unwrap().1;
        size.split_once('"').unwrap().0.parse::<f64>().unwrap()
    };
    let (short, long) = (size("some"), size(&"some words more ".repeat(12)));
    assert!(long < short * 0.8, "{long} against {short}");
}
