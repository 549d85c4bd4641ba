//! Any bytes as the input of any operation: the first one says of which.
#![no_main]

use edgepost_core::operation::OPERATIONS;
use edgepost_fuzz::judged;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, input)) = data.split_first() else { return };
    judged(OPERATIONS[usize::from(*first) % OPERATIONS.len()], input);
});
