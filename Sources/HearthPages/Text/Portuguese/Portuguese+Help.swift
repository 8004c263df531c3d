extension Portuguese {
    static let help = """
        helpClientHeading = Ligar um cliente ao Hearth
        helpClient = Serve qualquer cliente da OpenAI: dê a ele esta URL base.
        helpSimulated = As respostas são simuladas. Para ter reais, inicie com uma chave:
        helpCanAct = Você pode executar, pausar e remover; cada ação pergunta antes e fica na auditoria.
        helpReadOnly = Sua chave só permite ler, por isso não há botões. Uma chave com a permissão admin os mostra.
        helpMeaning = O que cada número significa
        alert = Alerta
        helpHitRate = Respostas do cache, válidas ou vencidas, por cem perguntas, incluindo desviadas e com falha. Totais são divididos; nunca se tira média de proporções.
        helpSaved = O que as respostas do cache não precisaram pagar, menos o pago para aquecer, renovar e conferir. Depois do início pode ser negativo até o aquecimento se pagar.
        helpAnswers = Toda pergunta que terminou, de qualquer modo.
        helpTime = 95 de 100 respostas do cache não demoraram mais, medido no servidor, com histogramas unidos.
        helpResults = Acerto: resposta guardada. Vencida: guardada e fora do prazo. Compartilhada: esperou a chamada de outro que perguntou o mesmo. Falta: o provedor foi perguntado. Desviada: pediram uma resposta nova. Erro: sem resposta.
        helpJobs = Cada faixa é uma tarefa. Marcas antes de “agora” são execuções; traços depois são previstos. Tarefas muito frequentes são agrupadas e aparece o pior resultado.
        helpConditions = As mesmas condições das regras de alerta incluídas. “Ainda não” significa poucas perguntas para julgar.
        helpStores = Onde respostas e números são guardados, e quanto já encheu.
        helpEvents = O que aconteceu ao serviço, ou foi feito com ele, no período. O que pode explicar uma mudança dos números é também uma marca nos gráficos.
        helpProvider = Quem responde perguntas novas. Se as chamadas falham seguidas, o disjuntor abre e são servidas respostas guardadas.
        helpQuestions = As perguntas mais feitas. Textos aparecem só onde é permitido.
        helpTroubles = Um painel sem conteúdo diz por quê. Os números ficam no armazenamento; se está lento ou bloqueado, a página fica completa sem ele e se preenche sozinha.
        marks = Marcas
        marksPlanned = ╵ prevista
        chartsMeaning = Uma marca vazada são menos de 20 perguntas; uma lacuna, nenhuma; a sombra, a certeza da taxa (95 %). O tracejado ainda não terminou.
        keysHeading = Teclas
        keysOn = As teclas 1 a 6 levam às seis páginas, pela ordem.
        keysOff = As teclas 1 a 6 podem levar às seis páginas, pela ordem; estão desligadas.
        keysSwitchOn = Ligar as teclas
        keysSwitchOff = Desligar as teclas
        """
}
