import Testing

@testable import HearthServer

@Suite("The piece of a stream that has the usage alone")
struct UsagePieceTests {
    @Test(
        "It is told by its empty choices and its usage",
        arguments: [
            (#"{"id":"c","choices":[],"usage":{"prompt_tokens":3}}"#, true),
            ("{\"usage\":{\"prompt_tokens\":3},\n\t\"choices\" : [ \r\n ] }", true),
            (#"{"choices":[],"usage":null}"#, false), (#"{"choices":[]}"#, false),
            (#"{"choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":3}}"#, false),
            (#"{"choices":[{"index":0,"delta":{"content":"\"choices\":[]"}}],"usage":{"prompt_tokens":3}}"#, false),
            (#"{"choices":[{"index":0,"delta":{"x":{"choices":[]}}}],"usage":{"prompt_tokens":3}}"#, false),
            (#"{"choices":[],"usage":{"#, false), ("", false), ("\"", false),
        ])
    func matches(piece: String, isUsage: Bool) { #expect(UsagePiece.matches(Array(piece.utf8)) == isUsage) }

    @Test(
        "Pieces of an answer are not worth a look into them",
        arguments: [
            (#"{"choices":[{"index":0,"delta":{"content":"a"}}],"usage":null}"#, false),
            (#"{"choices":[{"index":0,"delta":{"content":"\"choices\":[]"}}],"usage":null}"#, false),
            (#"{"choices":null}"#, false), (#"{"choices":"#, false), (#"{"choices":["#, false), (#"{"choices": [ ]"#, true),
            ("\"\"\"choices\":[]", true),
        ])
    func preCheck(piece: String, mayBeUsage: Bool) { #expect(UsagePiece.namesEmptyChoices(Array(piece.utf8)) == mayBeUsage) }
}
