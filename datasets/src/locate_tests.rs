//! Tests of where the data sets are looked for.

use std::fs;

use super::*;

#[test]
fn the_folder_beside_the_repository_is_found_from_any_folder_inside_it() {
    let top = tempfile::tempdir().expect("a temporary folder");
    let expected = top.path().join("shared/datasets");
    let inside = top.path().join("repository/crate/src");
    // The repository has a folder of the same first name, which is not meant.
    for folder in [&expected, &inside, &top.path().join("repository/shared")] {
        fs::create_dir_all(folder).expect("a writable temporary folder");
    }
    for start in [inside.clone(), top.path().join("repository")] {
        assert_eq!(
            find(None, [PathBuf::from("nowhere"), start]),
            Some(expected.clone())
        );
    }
    assert_eq!(
        find(Some(OsString::new()), [inside]),
        Some(expected),
        "an empty variable is as good as none"
    );
}

#[test]
fn the_variable_comes_first_even_if_it_names_no_folder() {
    let top = tempfile::tempdir().expect("a temporary folder");
    let beside = top.path().join("shared/datasets");
    let named = top.path().join("named");
    let repository = top.path().join("repository");
    for folder in [&beside, &named, &repository] {
        fs::create_dir_all(folder).expect("a writable temporary folder");
    }
    assert_eq!(
        find(Some(named.clone().into()), [repository.clone()]),
        Some(named)
    );
    assert_eq!(find(Some(top.path().join("missing").into()), [repository]), None);
}

#[test]
fn a_missing_data_set_is_none_and_the_line_about_it_says_what_to_set() {
    assert_eq!(dataset("no-such-data-set"), None);
    assert_eq!(
        skipped("scifact"),
        "SKIPPED: data set scifact not found; set GLEANER_DATASETS"
    );
}
