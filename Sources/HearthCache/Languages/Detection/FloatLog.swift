import Foundation

/// Logarithm and exponential of the detector; one place, because only Foundation brings them to Swift.
enum FloatLog {
    static func naturalLog(_ value: Float) -> Float {
        Float(log(Double(value)))
    }

    static func exponential(_ value: Float) -> Double {
        exp(Double(value))
    }
}
