//! The borders of blocks that say what to do, where the user's own colours have
//! taken the place of ours.

use firebox_tests::{Browser, Media};

/// Gives of each block its kind, and its border without colours.
pub fn borders(browser: &Browser) -> Vec<(String, String)> {
    browser.emulates_media(Media::ForcedColours);
    let found = browser.script(BORDERS, &[]);
    browser.emulates_media(Media::Screen);
    let found = found.as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    found.map(|one| (text(&one[0]), text(&one[1]))).collect()
}

/// A block without words would say something by its border alone.
const BORDERS: &str = "
    const kinds = ['stop', 'care', 'unchecked', 'clear'];
    return kinds.flatMap((kind) => {
        const blocks = document.querySelectorAll(`.fbx-instruction--${kind}, .fbx-${kind}`);
        return [...blocks].map((block) => {
            const style = getComputedStyle(block);
            const sides = ['Top', 'Right', 'Bottom', 'Left'].map((side) =>
                `${style[`border${side}Style`]} ${style[`border${side}Width`]}`);
            return [block.innerText.trim() === '' ? `${kind} without words` : kind,
                sides.join(', ')];
        });
    });";
