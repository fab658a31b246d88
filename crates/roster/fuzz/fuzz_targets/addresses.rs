#![no_main]

use libfuzzer_sys::fuzz_target;
use roster::email::{Address, advise, split_list};

fuzz_target!(|text: &str| {
    for entry in split_list(text) {
        let advice = advise(&entry.address, &["example.com".to_owned()]);
        if let Some(suggestion) = advice.suggestion {
            assert!(Address::parse(&suggestion).is_ok(), "{suggestion}");
        }
        if let Some(address) = advice.address {
            assert_eq!(address.as_str(), entry.address);
            let again = Address::parse(&address.key()).unwrap();
            assert_eq!(again.key(), address.key());
            assert!(address.key().len() <= 254);
        }
    }
});
