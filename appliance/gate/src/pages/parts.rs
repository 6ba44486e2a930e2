//! Parts that several pages share.

mod age;
mod phone;
mod warning;

pub(super) use age::{data_age, not_in_date};
pub(super) use phone::{phone, phone_named};
pub(super) use warning::{Again, Around, says_stop, stop_first, warning};
