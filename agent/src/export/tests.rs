use super::*;
use crate::csv::Row;
use crate::source::sample;

fn export(bytes: &[u8]) -> (tempfile::TempDir, Result<Export, ExportError>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, bytes).unwrap();
    let export = Export::open(&path, None);
    (folder, export)
}

fn count(export: &Export) -> Result<u64, ExportError> {
    let source = sample("id,uprn\n");
    export.read(&source, &Progress::none(), |table| {
        let mut row = Row::default();
        while table.next(&mut row)? {}
        Ok(table.rows())
    })
}

#[test]
fn e4_a_byte_order_mark_is_no_part_of_the_first_name() {
    let (_folder, export) = export(b"\xEF\xBB\xBFid,uprn\r\n1,2\r\n");
    let export = export.unwrap();
    assert_eq!(export.charset, Charset::Utf8);
    assert_eq!(count(&export).unwrap(), 1);
    assert_eq!(count(&export).unwrap(), 1, "a second reading starts anew");
}

#[test]
fn e5_utf_16_is_transcoded_first() {
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend("id,uprn\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes));
    let (_folder, export) = export(&bytes);
    assert_eq!(count(&export.unwrap()).unwrap(), 1);
}

#[test]
fn a_file_that_changes_under_the_reader_is_an_error() {
    let (folder, export) = export(b"id,uprn\n1,2\n");
    std::fs::write(folder.path().join("a.csv"), b"id,uprn\n1,2\n3,4\n").unwrap();
    assert_eq!(
        count(&export.unwrap()).unwrap_err().code(),
        "changed-while-read"
    );
}
