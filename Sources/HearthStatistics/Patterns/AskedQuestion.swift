/// Which question an answered request asked, and who asked it.
package struct AskedQuestion: Sendable {
    /// 256 uniformly distributed bits that stand for the question in this process: the digest of its cache key.
    package var identity: SIMD4<UInt64>
    package var normalizedText: String
    /// The text as it was asked; nil where original texts are not kept, and then the normalised text is kept only once
    /// ``QueryPatternTally/customerLimit`` customers have asked.
    package var originalText: String?
    /// Nil where the caller named no customer, or customers need not be told apart.
    package var customer: CustomerHash?
    /// Of the answer that was given; nil where there was none.
    package var confidence: Double?

    package init(
        identity: SIMD4<UInt64>, normalizedText: String, originalText: String?, customer: CustomerHash? = nil, confidence: Double? = nil
    ) {
        self.identity = identity
        self.normalizedText = normalizedText
        self.originalText = originalText
        self.customer = customer
        self.confidence = confidence
    }
}
