//! The page around everything: its head, the pictures, and in which order things come.

use super::html::Html;
use super::pictures::Picture;
use super::{PICTURES, ReportError, method, tables, top};
use crate::charts::{Theme, dark_rules, svg};
use crate::measured::Sweep;
use crate::plan::Plan;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// The page as a text.
pub(super) fn page(sweep: Option<&Sweep>, plan: &Plan, pictures: &[Picture]) -> Result<String, ReportError> {
    let mut html = Html::default();
    html.raw(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n",
    );
    html.inside("title", "", |html| {
        html.text(format_args!("How many leaves? {}", top::title(sweep, plan)));
    });
    html.raw("\n<style>\n");
    html.raw(STYLE);
    html.raw("@media screen and (prefers-color-scheme: dark) {\n");
    html.rules(&dark_rules(".picture "));
    html.raw("\n}\n</style>\n</head>\n<body>\n<main>\n");
    top::write(&mut html, sweep, plan);
    for picture in pictures {
        figure(&mut html, picture)?;
    }
    tables::write(&mut html, sweep, plan);
    method::write(&mut html, sweep, plan);
    html.raw("</main>\n<script>\n");
    html.raw(SCRIPT);
    html.raw("</script>\n</body>\n</html>\n");
    Ok(html.finish())
}

fn figure(html: &mut Html, picture: &Picture) -> Result<(), ReportError> {
    let drawn = svg(&picture.chart, Theme::Light)?;
    html.inside("figure", "picture", |html| {
        html.raw("<div class=\"scroll\" tabindex=\"0\">");
        html.svg(&drawn);
        html.raw("</div>");
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
