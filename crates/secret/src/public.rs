//! Values that everybody knows: examples of publishers' documents. Only their digests stand here.

use model::Digest;
use sha2::{Digest as _, Sha256};

/// SHA-256 of each, in hexadecimal.
const PUBLIC: &[&str] = &[
    // AWS documentation, access key id
    "1a5d44a2dca19669d72edf4c4f1c27c4c1ca4b4408fbb17f6ce4ad452d78ddb3",
    // AWS documentation, id of a second user
    "c6ea27c534f993d31f0aef882e3d200e7b87470c379ae79c8f9b19d3bd363dc9",
    // AWS documentation, secret key
    "78314b11be2e581549ac1c4f616563fad3fdf0c3b71678f6e2299182080e0598",
    // AWS documentation, secret key of a second user
    "e21b597ba6b9cafa59d9ebc4d65c0385f5eb3fa56abab2607fa76589ad849a33",
    // Stripe documentation, test key
    "2cafc0970149a84f3b9e62eaf169f36f59907a3b3e31f7b82e68c69cd27f7326",
    // Stripe documentation, older test key
    "f2d6ca16515033e5dce14eba840b979d27b5cbae24bb3e5bf484339667f86397",
    // GitHub documentation, token
    "3543c50b0cb9cea8e55eb1f529b79f043cb250d485fde7b66cabbb5183add7da",
    // Azure storage emulator, account key
    "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059",
    // PyJWT documentation
    "bf145d9380bbe05bdc1a72525796b224f8a8c93ae0e9e102eafbc255ac1af9e8",
    // jwt.io, sample token
    "7f75367e7881255134e1375e723d1dea8ad5f6a4fdb79d938df1f1754a830606",
    // RFC 6749, section 2.3.1
    "ca7459e2b26776de081b9a07e40227fd6cff232a1e3233ff6b6aa6d036ca9981",
    // RFC 7617, section 2
    "cf4d418ed3de92d71f767db5391d5a2dacd40e1ce49e75d1137e2ecf4982d844",
];

/// Whether a value is one that everybody knows, or says that it is an example.
pub(crate) fn is_public(secret: &[u8]) -> bool {
    let says_so = |part: &[u8]| part.eq_ignore_ascii_case(b"example");
    if secret.windows(7).any(says_so) {
        return true;
    }
    let digest = Digest::new(Sha256::digest(secret).into());
    PUBLIC.contains(&digest.to_hex().as_str())
}
