use super::*;
use proptest::prelude::*;

/// Fields of each record and its flaw.
type Found = Vec<(Vec<String>, Option<Reason>)>;

fn read(text: &str) -> Result<Found, ExportError> {
    let mut records = Records::new(text.as_bytes(), b',');
    let mut row = Row::default();
    let mut found = Vec::new();
    while records.next(&mut row)? {
        let fields = (0..row.len())
            .map(|i| row.field(i).unwrap().to_owned())
            .collect();
        found.push((fields, row.flaw));
    }
    Ok(found)
}

fn fields(text: &str) -> Vec<Vec<String>> {
    read(text)
        .unwrap()
        .into_iter()
        .map(|(fields, _)| fields)
        .collect()
}

#[test]
fn e6_an_open_quote_fails_the_file_wherever_it_comes_to_light() {
    let at_the_end = "a,b\n1,\"open\n2,x\n3,y\n";
    let at_the_next_quote = "a,b\n1,\"open\n2,\"x\"\n3,y\n";
    let past_the_cap = format!("a,b\n1,\"open\n{}2,\"", "n\n".repeat(1_200));
    for text in [at_the_end, at_the_next_quote, &past_the_cap] {
        let failed = read(text);
        assert!(
            matches!(failed, Err(ExportError::UnclosedQuote { line: 2 })),
            "{text:.30}"
        );
    }
}

#[test]
fn e7_an_unescaped_quote_marks_its_row_and_no_other() {
    let found =
        read("a,b\n1,\"the \"big\" dog\"\n2,\"the \"\"big\"\" dog\"\n3,5\" pipe\n4,x\n").unwrap();
    let flaws: Vec<_> = found.iter().map(|(_, flaw)| *flaw).collect();
    assert_eq!(
        flaws,
        [
            None,
            Some(Reason::Quoting),
            None,
            Some(Reason::Quoting),
            None
        ]
    );
    assert_eq!(found[2].0[1], "the \"big\" dog");
}

#[test]
fn the_fields_before_a_stray_quote_are_sound() {
    let mut records = Records::new(&b"CL-1,100,\"a \"b\" c\",x\n"[..], b',');
    let mut row = Row::default();
    assert!(records.next(&mut row).unwrap());
    assert_eq!((row.sound, row.field(1)), (2, Some("100")));
}

#[test]
fn e8_all_three_line_ends_are_line_ends() {
    let wanted = vec![vec!["a", "b"], vec!["1", "2"], vec!["3", "4"]];
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a,b", "1,2", "", "3,4", ""].join(end);
        assert_eq!(fields(&text), wanted, "{end:?}");
    }
}

#[test]
fn lines_are_counted_through_quoted_line_ends() {
    let mut records = Records::new(&b"a\r\n\"x\r\ny\"\r\nb\n"[..], b',');
    let mut row = Row::default();
    let mut lines = Vec::new();
    while records.next(&mut row).unwrap() {
        lines.push(row.line);
    }
    assert_eq!(lines, [1, 2, 4]);
}

#[test]
fn a_row_without_an_end_of_its_own_is_refused() {
    let text = format!("a\n{}", "x".repeat(ROW_BYTES + 1));
    assert!(matches!(
        read(&text),
        Err(ExportError::RowTooLong { line: 2 })
    ));
}

proptest! {
    /// An independent writer agrees with this reader.
    #[test]
    fn whatever_a_correct_writer_wrote_is_read_back(
        rows in proptest::collection::vec(
            proptest::collection::vec("[a-z\",\n\ré’ ]{0,8}", 2..5), 1..8)
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &rows { writer.write_record(row).unwrap(); }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let found = read(&text).unwrap();
        prop_assert!(found.iter().all(|(_, flaw)| flaw.is_none()));
        let found: Vec<_> = found.into_iter().map(|(fields, _)| fields).collect();
        prop_assert_eq!(found, rows);
    }
}
