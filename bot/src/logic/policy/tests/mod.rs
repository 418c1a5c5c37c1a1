//! What a policy promises: a file with a mistake is no policy, a target is what was meant, and each
//! verdict says why and who could.

mod file;
mod permit;
mod sentence;
