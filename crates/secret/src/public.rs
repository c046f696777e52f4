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
    // systemd.netdev(5), key of a tunnel
    "08136314cc06d4f2e8e9bf82cb999595f0a3ef7f9ffc0e2960cf849e1f5c09d2",
    // PyJWT documentation, retrieving keys
    "1a9e7de3fd045251395dfb186491794be6f20a7b46b5ac1caa60f33c36e1249d",
    // jwt.io, sample token
    "7f75367e7881255134e1375e723d1dea8ad5f6a4fdb79d938df1f1754a830606",
    // RFC 6749, section 2.3.1
    "ca7459e2b26776de081b9a07e40227fd6cff232a1e3233ff6b6aa6d036ca9981",
    // RFC 7617, section 2
    "cf4d418ed3de92d71f767db5391d5a2dacd40e1ce49e75d1137e2ecf4982d844",
    // GnuTLS, keys of its self-tests, which are in its library
    "005c84a8863dc5bc3f33d3c6f46d31242060a226b3717e18232c73d2e79fe7c7",
    "0abce0c5fd3b863ee4d881dcc5382b334393868cef4c32e687d87ce334d456b8",
    "0f241dc8d9c6d2d14317c9309f2b966d1d942b77560b29cc83decd8a45d8a167",
    "30db3ea6d728b88c03c56388f64efb5bfe5e8d0ed3640482108ac79645304e6f",
    "31b61d64b6613cd8b6e61ef8ca5cf9f59759fc61e4ee4cbb3ea39ef36c88d434",
    "42e3017320f407069a8fadc9412f716dc0039b2258070e7d75eccb55ccf5994f",
    "518a21fe5a8a54f8f31d8913c3aa5be433ba94871630b3f85009c146bd3b844e",
    "54433c08f31ba616cb50820568a21b6df59420fd7fde23a986ba8b1d21b90f25",
    "6ccd86943fc4e30aaa74d6f2cd9b3caf5243424cdd82d38f13eccfed4857dbe4",
    "c780c483da21d36753a9662fc03234d3fda795fe0bad451fbfa01dab43321ac5",
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
