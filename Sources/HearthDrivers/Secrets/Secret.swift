/// A text that must not be shown: a key or a password.
///
/// Every way of printing it gives a mask, string interpolation, `dump` and reflection included. Only ``reveal()`` gives the text,
/// so that the few places which need it can be found.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var isEmpty: Bool { text.isEmpty }

    package func reveal() -> String { text }

    package var description: String { "••••" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
