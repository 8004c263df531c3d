/// A priority queue with the smallest element first: an implicit heap with four children per node, which halves the depth and keeps siblings
/// in one cache line (LaMarca and Ladner, "The Influence of Caches on the Performance of Heaps", 1996).
struct QuaternaryHeap<Element: Comparable & Sendable>: Sendable {
    private var elements: [Element] = []

    var count: Int { elements.count }
    var first: Element? { elements.first }

    mutating func insert(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 4
            guard element < elements[parent] else { break }
            elements[child] = elements[parent]
            child = parent
        }
        elements[child] = element
    }

    mutating func removeFirst() -> Element? {
        guard let first = elements.first, let last = elements.popLast() else { return nil }
        guard !elements.isEmpty else { return first }
        var parent = 0
        while true {
            let children = parent * 4 + 1
            guard children < elements.count else { break }
            var smallest = children
            for child in children + 1..<max(children + 1, min(children + 4, elements.count)) where elements[child] < elements[smallest] {
                smallest = child
            }
            guard elements[smallest] < last else { break }
            elements[parent] = elements[smallest]
            parent = smallest
        }
        elements[parent] = last
        return first
    }

    /// Removes what no longer matters, for queues whose entries become stale.
    mutating func filter(_ isKept: (Element) -> Bool) {
        let kept = elements.filter(isKept)
        elements = []
        for element in kept { insert(element) }
    }
}
