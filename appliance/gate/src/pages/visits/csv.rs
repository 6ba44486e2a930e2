//! Rows of a file of values: parted by commas or tabs, a value in quotation
//! marks where it holds one of these.

/// One row: the line it begins on, counted from 1, and its values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line.
    pub(super) line: usize,
    /// The values, without blanks around them.
    pub(super) cells: Vec<String>,
}

/// Reads all rows. Rows without any value are left out; a quotation mark that
/// is never closed ends with the text.
pub(super) fn rows(text: &str) -> Vec<Row> {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let comma = if first.is_some_and(|line| line.contains('\t')) {
        '\t'
    } else {
        ','
    };
    let mut reader = Reader::default();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if reader.quoted && signs.peek() == Some(&'"') => {
                signs.next();
                reader.cell.push('"');
            }
            '"' if reader.quoted => reader.quoted = false,
            '"' if reader.cell.trim().is_empty() => {
                reader.cell.clear();
                reader.quoted = true;
            }
            '\n' if !reader.quoted => reader.end_row(),
            '\n' => {
                reader.cell.push(' ');
                reader.lines += 1;
            }
            sign if sign == comma && !reader.quoted => reader.end_cell(),
            sign => reader.cell.push(sign),
        }
    }
    reader.end_row();
    reader.rows
}

#[derive(Default)]
struct Reader {
    rows: Vec<Row>,
    cells: Vec<String>,
    cell: String,
    quoted: bool,
    /// Lines read before the one under way.
    lines: usize,
    /// Of these, before the row under way.
    before: usize,
}

impl Reader {
    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        self.cells.push(cell.trim().to_owned());
    }

    fn end_row(&mut self) {
        self.end_cell();
        let cells = std::mem::take(&mut self.cells);
        let line = self.before + 1;
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.rows.push(Row { line, cells });
        }
        self.lines += 1;
        self.before = self.lines;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>)> {
        rows(text)
            .into_iter()
            .map(|row| (row.line, row.cells))
            .collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn values_in_quotation_marks_may_hold_commas_marks_and_line_ends() {
        let text = "time,address\n9:30,\"14 Mill Lane, \"\"The Mill\"\"\"\n\n10:00, \"2 High\nStreet\" \n11:00,x";
        assert_eq!(
            read(text),
            [
                row(1, &["time", "address"]),
                row(2, &["9:30", "14 Mill Lane, \"The Mill\""]),
                row(4, &["10:00", "2 High Street"]),
                row(6, &["11:00", "x"]),
            ]
        );
    }

    #[test]
    fn tabs_part_values_where_the_first_row_has_them() {
        assert_eq!(
            read("time\taddress\n9:30\t14 Mill Lane, NB1 4QX"),
            [
                row(1, &["time", "address"]),
                row(2, &["9:30", "14 Mill Lane, NB1 4QX"])
            ]
        );
    }

    #[test]
    fn nothing_and_blank_rows_are_no_rows() {
        assert_eq!(read(""), []);
        assert_eq!(read("\n , ,\n\n"), []);
        assert_eq!(read("\"never closed"), [row(1, &["never closed"])]);
    }
}
