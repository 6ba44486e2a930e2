//! The harness: a council, its box and its people, in the users' own words.
