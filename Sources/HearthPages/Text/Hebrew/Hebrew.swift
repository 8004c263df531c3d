/// The words of the pages in Hebrew: `key = text`, one line for each form of words beside numbers.
enum Hebrew {
    static let tables = [frame, figures, questions, jobs, health, actions, help, words]
}
