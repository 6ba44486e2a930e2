//! A page with known faults: what finds nothing on the pages must find these.

use super::{keyboard, small_targets, too_wide, with_large_text, with_spaced_text};
use crate::browser::bench;

/// One fault for each look.
const FAULTY: &str = "
    document.body.innerHTML = `
        <a class=govuk-skip-link href='#main'>Skip</a>
        <main id=main>
        <p><a href=/a style='outline: none'>Second</a></p>
        <p><a href=/b tabindex=1>First by its number</a></p>
        <p style='display: flex; flex-direction: row-reverse'>
            <a href=/c>On the right</a> <a href=/d>On the left</a></p>
        <div><button style='padding: 0; width: 9px; height: 9px'></button><button
            style='padding: 0; width: 9px; height: 9px'></button></div>
        <div style='height: 8px; overflow: hidden'>One line that is cut off</div>
        <div style='width: 600px; height: 20px'>Wide</div>
        <p style='margin-top: -18px'>Over it</p></main>`;";

#[test]
fn the_looks_at_a_shape_find_the_faults_of_a_faulty_page() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/clean");
    desk.script(FAULTY, &[]);
    let (order, focus) = keyboard(&desk);
    assert!(has(&order, "'On the left' comes after"), "{order:?}");
    assert!(
        has(&order, "'First by its number' is not reached"),
        "{order:?}"
    );
    assert!(has(&focus, "'Second' is not marked"), "{focus:?}");
    let small = small_targets(&desk);
    assert_eq!(
        small.iter().filter(|one| one.contains("'' 9 x")).count(),
        2,
        "{small:?}"
    );
    for faults in [with_large_text(&desk), with_spaced_text(&desk)] {
        assert!(has(&faults, "cut off: One line"), "{faults:?}");
        assert!(has(&faults, "overlap: "), "{faults:?}");
    }
    assert!(has(&too_wide(&desk), "wide: "));
}

fn has(faults: &[String], words: &str) -> bool {
    faults.iter().any(|fault| fault.contains(words))
}
