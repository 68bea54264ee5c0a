//! Plain tables: columns as wide as their widest cell, numbers to the right.

use super::Style;

/// Rows of cells under a heading.
#[derive(Clone, Debug)]
pub struct Table {
    headings: Vec<&'static str>,
    /// Columns before this one are text and stand to the left.
    text_columns: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table; its first `text_columns` columns hold text, the others numbers.
    pub fn new(headings: &[&'static str], text_columns: usize) -> Self {
        Self {
            headings: headings.to_vec(),
            text_columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row, with a cell for every heading.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The lines of the table, the heading first.
    pub fn lines(&self, style: Style) -> Vec<String> {
        let headings: Vec<String> = self.headings.iter().map(|&heading| heading.to_owned()).collect();
        let widths: Vec<usize> = (0..headings.len())
            .map(|column| {
                let cells = self.rows.iter().chain([&headings]);
                cells
                    .filter_map(|row| row.get(column))
                    .map(|cell| cell.chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let heading = style.dim(&self.line(&headings, &widths));
        std::iter::once(heading)
            .chain(self.rows.iter().map(|row| self.line(row, &widths)))
            .collect()
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let cells = cells
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(column, (cell, &width))| {
                if column < self.text_columns {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&["what", "ms"], 1);
        table.row(vec!["a".to_owned(), "1200".to_owned()]);
        table.row(vec!["longer".to_owned(), "7".to_owned()]);
        assert_eq!(
            table.lines(Style::PLAIN),
            ["what      ms", "a       1200", "longer     7"]
        );
    }
}
