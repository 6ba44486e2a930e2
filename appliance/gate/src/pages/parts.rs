//! Parts that several pages share.

mod age;
mod phone;
mod warning;

pub(super) use age::{data_age, not_in_date};
pub(super) use phone::{phone, phone_named};
#[allow(
    unused_imports,
    reason = "a part stands here before the page that needs it"
)]
pub(super) use warning::warning_in_short;
pub(super) use warning::{Again, Around, says_stop, stop_first, warning};
