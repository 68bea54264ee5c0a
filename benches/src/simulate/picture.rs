//! The picture: latency over percentiles, a line for each report, in SVG that reads in light and in dark.

use std::fmt::Write as _;

use super::report::Report;

/// A line of the picture.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// What it is called: a few words.
    pub name: &'a str,
    /// What it shows.
    pub report: &'a Report,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 48.0;
/// The percentiles that the axis names; its scale is the logarithm of the share that is slower.
const TICKS: [(f64, &str); 6] = [
    (0.0, "0"),
    (0.9, "90"),
    (0.99, "99"),
    (0.999, "99.9"),
    (0.9999, "99.99"),
    (0.99999, "99.999"),
];
const STYLE: &str = "\
.ground{fill:#ffffff}.text{fill:#24292f}.soft{fill:#57606a}.grid{stroke:#d0d7de;stroke-width:1}\
.line{fill:none;stroke-width:2.25;stroke-linejoin:round}\
.a{stroke:#0969da}.b{stroke:#bc4c00}.c{stroke:#1a7f37}.fa{fill:#0969da}.fb{fill:#bc4c00}.fc{fill:#1a7f37}\
text{font:13px system-ui,sans-serif}.title{font-size:15px;font-weight:600}\
@media(prefers-color-scheme:dark){.ground{fill:#0d1117}.text{fill:#e6edf3}.soft{fill:#9198a1}\
.grid{stroke:#30363d}.a{stroke:#58a6ff}.b{stroke:#f0883e}.c{stroke:#3fb950}\
.fa{fill:#58a6ff}.fb{fill:#f0883e}.fc{fill:#3fb950}}";
const CLASSES: [&str; 3] = ["a", "b", "c"];

/// Draws the lines.
pub fn picture(title: &str, lines: &[Line<'_>]) -> String {
    let scale = Scale::of(lines);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{title}\">\n<style>{STYLE}</style>\n<rect class=\"ground\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\"/>\n<text class=\"text title\" x=\"{LEFT}\" y=\"26\">{title}</text>\n",
        title = escape(title)
    );
    axes(&mut svg, &scale);
    for (number, line) in lines.iter().enumerate() {
        draw(&mut svg, &scale, number, line);
    }
    svg.push_str("</svg>\n");
    svg
}

/// From figures to places.
struct Scale {
    nines: f64,
    bottom_log: f64,
    top_log: f64,
}

impl Scale {
    fn of(lines: &[Line<'_>]) -> Self {
        let all = || lines.iter().flat_map(|line| points(line.report));
        let least = all().map(|(_, ms)| ms).fold(f64::INFINITY, f64::min).max(1.0);
        let most = all().map(|(_, ms)| ms).fold(10.0, f64::max);
        let slowest = all().map(|(quantile, _)| 1.0 - quantile).fold(0.1, f64::min);
        Self {
            nines: -slowest.log10(),
            bottom_log: least.min(most / 10.0).log10().floor(),
            top_log: most.log10().ceil(),
        }
    }

    fn x(&self, quantile: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * (-(1.0 - quantile).log10()) / self.nines
    }

    fn y(&self, ms: f64) -> f64 {
        let share = (ms.max(1.0).log10() - self.bottom_log) / (self.top_log - self.bottom_log);
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share.clamp(0.0, 1.0)
    }
}

/// The part of the curve that the number of queries supports.
fn points(report: &Report) -> impl Iterator<Item = (f64, f64)> + '_ {
    let supported = 1.0 - 5.0 / report.queries.max(10) as f64;
    let inside = move |(quantile, _): &(f64, f64)| *quantile <= supported;
    report.curve.iter().copied().filter(inside)
}

fn axes(svg: &mut String, scale: &Scale) {
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    let mut log = scale.bottom_log;
    while log <= scale.top_log {
        let (ms, y) = (10_f64.powf(log), scale.y(10_f64.powf(log)));
        put(
            svg,
            format_args!(
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"soft\" x=\"{x}\" y=\"{below:.1}\" text-anchor=\"end\">{ms:.0} ms</text>\n",
                x = LEFT - 8.0,
                below = y + 4.0
            ),
        );
        log += 1.0;
    }
    for (quantile, name) in TICKS
        .iter()
        .filter(|(quantile, _)| scale.x(*quantile) <= right + 1.0)
    {
        let x = scale.x(*quantile);
        put(
            svg,
            format_args!(
                "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\
             <text class=\"soft\" x=\"{x:.1}\" y=\"{below}\" text-anchor=\"middle\">{name}</text>\n",
                below = bottom + 18.0
            ),
        );
    }
    put(
        svg,
        format_args!(
            "<text class=\"soft\" x=\"{x}\" y=\"{y}\" text-anchor=\"end\">percentile of the queries</text>\n",
            x = right,
            y = HEIGHT - 10.0
        ),
    );
}

fn draw(svg: &mut String, scale: &Scale, number: usize, line: &Line<'_>) {
    let class = CLASSES[number % CLASSES.len()];
    let place = |(quantile, ms): (f64, f64)| format!("{:.1},{:.1}", scale.x(quantile), scale.y(ms));
    let places: Vec<String> = points(line.report).map(place).collect();
    let x = LEFT + 220.0 * number as f64;
    put(
        svg,
        format_args!(
            "<polyline class=\"line {class}\" points=\"{places}\"/>\
         <rect class=\"f{class}\" x=\"{x}\" y=\"38\" width=\"14\" height=\"4\"/>\
         <text class=\"text\" x=\"{text}\" y=\"45\">{name}</text>\n",
            places = places.join(" "),
            text = x + 20.0,
            name = escape(line.name)
        ),
    );
}

fn put(svg: &mut String, part: std::fmt::Arguments<'_>) {
    svg.write_fmt(part).expect("writing to a string does not fail");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
