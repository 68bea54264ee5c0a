//! Tests of going through folders.

use std::fs;

use super::*;

#[test]
fn files_come_in_the_order_of_their_paths_and_hidden_ones_where_they_are_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for inner in ["b", ".git"] {
        fs::create_dir(folder.path().join(inner)).expect("a writable folder");
    }
    for name in ["c", "b/2", "b/1", "a", ".git/x", ".y"] {
        fs::write(folder.path().join(name), name).expect("a writable folder");
    }
    std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).expect("a writable folder");
    let found = |hidden| -> Vec<String> {
        files(folder.path(), hidden)
            .map(|file| path_inside(folder.path(), file.expect("a readable folder").path()).expect("UTF-8"))
            .collect()
    };
    assert_eq!(found(Hidden::LeftAlone), ["a", "b/1", "b/2", "c"]);
    assert_eq!(found(Hidden::Read), [".git/x", ".y", "a", "b/1", "b/2", "c"]);
    assert_eq!(entries(folder.path(), Hidden::LeftAlone).count(), 7);

    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path().join("a"), &link).expect("a writable folder");
    assert_eq!(files(&link, Hidden::LeftAlone).count(), 1);
}

#[test]
fn what_is_not_there_is_an_error_about_one_file() {
    let errors: Vec<DatasetError> = files(Path::new("/no/such/folder"), Hidden::Read)
        .filter_map(Result::err)
        .collect();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].is_about_one_record());
    assert!(errors[0].to_string().contains("/no/such/folder"), "{}", errors[0]);
}

#[test]
fn a_text_is_read_up_to_the_limit_and_what_is_left_out_is_counted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut skipped = Skipped::default();
    let mut read = |bytes: &[u8]| {
        let path = folder.path().join("file");
        fs::write(&path, bytes).expect("a writable folder");
        read_text(&path, 4)
            .expect("a readable file")
            .or_skipped(&mut skipped)
    };
    assert_eq!(read(b"1234").as_deref(), Some("1234"));
    assert_eq!((read(b"12345"), read(b"\xe9")), (None, None));
    assert_eq!((skipped.too_large, skipped.not_utf8), (1, 1));
    assert!(read_text(folder.path(), 1 << 20).is_err(), "a folder is no file");
}
