extension ControlNames {
    static let portuguese = #"""
        a: Ajuda
        a: Anteriores
        a: Aquecer o cache
        a: Arrumar o cache
        a: Atualizar agora
        a: CSV
        a: CSV: Dinheiro no tempo
        a: CSV: Perguntas sem acerto
        a: CSV: Respostas guardadas
        a: CSV: Respostas por resultado
        a: CSV: Taxa de acertos no tempo
        a: Cancelar a execução
        a: Economia
        a: Escuro
        a: Estado
        a: Executar
        a: Guia
        a: Guia: Tamanho do cache
        a: Hearth
        a: Ir para o conteúdo
        a: JSON
        a: JSON: Armazenamentos
        a: JSON: Condições
        a: JSON: Dinheiro no tempo
        a: JSON: Eventos
        a: JSON: Execuções
        a: JSON: Linha do tempo
        a: JSON: Perguntas sem acerto
        a: JSON: Quanto duraram
        a: JSON: Respostas guardadas
        a: JSON: Respostas por resultado
        a: JSON: Tarefas
        a: JSON: Taxa de acertos no tempo
        a: JSON: Todas as tarefas
        a: Link com horas fixas
        a: Métricas
        a: Mês anterior
        a: Não ajuda: Do you sell gift cards?
        a: O que fazer
        a: O que é isto?: Armazenamentos
        a: O que é isto?: Condições
        a: O que é isto?: Dinheiro no tempo
        a: O que é isto?: Linha do tempo
        a: O que é isto?: Perguntas sem acerto
        a: O que é isto?: Provedor
        a: O que é isto?: Quanto duraram
        a: O que é isto?: Respostas guardadas
        a: O que é isto?: Respostas por resultado
        a: O que é isto?: Tarefas
        a: O que é isto?: Taxa de acertos no tempo
        a: OpenAPI
        a: Painel: Taxa de acertos
        a: Pausar 1 h
        a: Pausar até retomar
        a: Perguntas
        a: Referência da API
        a: Relatório mensal
        a: Remover: Do you sell gift cards?
        a: Resumo
        a: Tarefas
        a: Tentativa 1
        a: Tentativa 2
        a: Voltar
        a: Voltar sem mudar nada
        a: en English
        a: es Español
        a: he עברית
        a: pt Português
        a: ru Русский
        a: ● sucesso
        a: ✕ falha
        button: Aplicar
        button: Entrar
        button: Explicar
        button: Perguntar
        button: Remover respostas guardadas
        button: Ver o efeito
        form: Apresentação
        label: Atualização
        label: Até
        label: Categoria
        label: Chave de API
        label: Chave do cache
        label: De
        label: Etiqueta
        label: Horas em
        label: Idioma
        label: Origem
        label: Para confirmar, digite REMOVE
        label: Pergunta
        label: Período
        label: Resultado
        nav: Apresentação
        nav: Páginas
        section: Estado
        summary: Como tabela
        summary: De … até
        summary: Trecho
        a: Remover todas as respostas …
        """#
}
