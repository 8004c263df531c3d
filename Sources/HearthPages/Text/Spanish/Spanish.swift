/// The words of the pages in Spanish: `key = text`, one line for each form of words beside numbers.
enum Spanish {
    static let tables = [frame, figures, questions, jobs, health, actions, help, words]
}
