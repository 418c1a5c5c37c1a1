//! Any text is a file of the operator's catalogue or policy: reading it never panics, and no probe
//! that comes of it runs anything but the Upsun CLI.

#![no_main]

use std::sync::LazyLock;

use bot::logic::catalogue::{Catalogue, Word};
use bot::logic::policy::Policy;
use libfuzzer_sys::fuzz_target;

static SHIPPED: LazyLock<Catalogue> = LazyLock::new(Catalogue::shipped);

fuzz_target!(|text: &str| {
    let _ = Policy::read("policy.toml", text, &SHIPPED);
    let (catalogue, _) = Catalogue::read(&[("own.toml".to_owned(), text.to_owned())]);
    for probe in catalogue.probes() {
        let argv = probe.kind.argv();
        assert_eq!(argv[0], Word::Fixed("upsun".to_owned()), "{}", probe.id);
        assert!(argv.contains(&Word::Fixed("--no".to_owned())), "{}", probe.id);
    }
});
