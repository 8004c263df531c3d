/// Why a JSON Web Token is refused; callers are told none of it.
enum TokenRefusal: Error, Equatable, CaseIterable {
    /// Longer than tokens may be.
    case tooLarge
    /// Not three parts of canonical Base64 whose first two are JSON objects that name each member once.
    case malformed
    /// The header asks for something that is not done, by `crit`, `cty` or an unknown `typ`.
    case header
    /// `alg` is none that is known, or not that of the key.
    case algorithm
    /// `kid` names no key, or is missing where there are several.
    case unknownKey
    case expired
    case notYetValid
    case issuer
    case audience
    /// A claim is missing or is not what it must be.
    case claims
    case signature
}
