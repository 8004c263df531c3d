/// A quality of RFC 9110, 12.4.2: `1`, `0.75`, at most three decimals.
package enum QualityValue {
    /// The quality in thousandths, 1000 where none is given; nil if it is none.
    package static func thousandths(_ text: String?) -> Int? {
        guard let text else { return 1000 }
        guard let value = Double(text), (0...1).contains(value), text.utf8.count <= 5 else { return nil }
        return Int((value * 1000).rounded())
    }
}
