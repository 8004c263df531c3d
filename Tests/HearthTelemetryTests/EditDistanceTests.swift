import HearthTelemetry
import Testing

@Suite("Edit distance")
struct EditDistanceTests {
    @Test(
        "Each kind of edit counts one",
        arguments: [
            ("", "", 0), ("job", "job", 0), ("", "abc", 3), ("abc", "", 3), ("prune", "prne", 1), ("prune", "prunes", 1),
            ("prune", "prane", 1), ("prune", "pruen", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
        ])
    func distances(left: String, right: String, distance: Int) {
        #expect(EditDistance.between(Array(left), Array(right)) == distance)
        #expect(EditDistance.between(Array(right), Array(left)) == distance)
    }
}
