import HearthTelemetry

/// What the forms for a question have in common.
enum QuestionForms {
    static func values(_ form: AskForm, _ context: PageContext, sample: String = "") -> Values {
        var values: Values = [
            "question": form.question.isEmpty ? sample : form.question,
            "languages": PageControls.languages(context, or: .fromText, chosen: form.language),
            "categories": PageControls.categories(context, or: .fromText, chosen: form.category),
        ]
        if let problem = form.problem { values["problem"] = problem }
        if let token = form.token { values["token"] = token }
        return values
    }

    static func problem(_ form: AskForm?, _ field: StaticString, _ context: PageContext) -> FieldProblem? {
        form?.problem.map { FieldProblem(field: field, name: context.text(.question), text: $0) }
    }

    /// The text of a stored question, or why it is not shown.
    static func text(_ question: QuestionText, _ language: Language, _ context: PageContext) -> Values {
        switch question {
        case .shown(let text): ["shown": text, "lang": language.rawValue]
        case .hidden(.originalNotKept): ["hiddenFor": context.text(.hiddenNotKept)]
        case .hidden(.fewCustomers): ["hiddenFor": context.text(.hiddenFewCustomers)]
        }
    }
}
