//! The page around everything: its head, the pictures, and in which order things come.

use super::html::Html;
use super::pictures::Picture;
use super::{PICTURES, Report, ReportError, method, tables, top};
use crate::charts::{Theme, dark_rules, svg};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// The page as a text; `sweep_name` is what the measurements are called beside it.
pub(super) fn page(
    report: &Report<'_>,
    sweep_name: Option<&str>,
    pictures: &[Picture],
) -> Result<String, ReportError> {
    let mut html = Html::default();
    html.raw(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n",
    );
    html.inside("title", "", |html| {
        html.text(format_args!("How many leaves? {}", top::title(report)));
    });
    html.raw("\n<style>\n");
    html.raw(STYLE);
    html.raw("@media screen and (prefers-color-scheme: dark) {\n");
    html.rules(&dark_rules(".picture "));
    html.raw("\n}\n</style>\n</head>\n<body>\n<main>\n");
    top::write(&mut html, report);
    for picture in pictures {
        figure(&mut html, picture)?;
    }
    tables::write(&mut html, report);
    method::write(&mut html, report, sweep_name);
    html.raw("</main>\n<script>\n");
    html.raw(SCRIPT);
    html.raw("</script>\n</body>\n</html>\n");
    Ok(html.finish())
}

fn figure(html: &mut Html, picture: &Picture) -> Result<(), ReportError> {
    let drawn = svg(&picture.chart, Theme::Light)?;
    html.inside("figure", "picture", |html| {
        html.scroll(&picture.chart.title, |html| html.svg(&drawn));
        html.inside("figcaption", "", |html| {
            html.text(&picture.see);
            html.raw(" <span class=\"files\">");
            for ending in ["svg", "png"] {
                html.link(
                    &format!("{PICTURES}/{}.{ending}", picture.file),
                    ending.to_uppercase(),
                );
                html.raw(" ");
            }
            html.raw("</span>");
        });
    });
    Ok(())
}
