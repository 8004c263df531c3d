extension ControlNames {
    static let portuguese = #"""
        a: Ajuda
        a: Anteriores: Execuções
        a: Aquecer o cache
        a: Arrumar o cache
        a: Atualizar agora
        a: CSV: Alertmanager
        a: CSV: Armazenamentos
        a: CSV: Condições
        a: CSV: Dinheiro no tempo
        a: CSV: Eventos
        a: CSV: Execuções
        a: CSV: Linha do tempo
        a: CSV: Números
        a: CSV: Perguntas sem acerto
        a: CSV: Por categoria
        a: CSV: Por idioma
        a: CSV: Quanto duraram
        a: CSV: Relatório mensal
        a: CSV: Respostas guardadas
        a: CSV: Respostas por resultado
        a: CSV: Tarefas
        a: CSV: Taxa de acertos no tempo
        a: CSV: Taxa de acertos por idioma e categoria
        a: CSV: Todas as tarefas
        a: Cancelar a execução
        a: Chave de API
        a: Copiar link: Agenda
        a: Copiar link: Alertmanager
        a: Copiar link: Andamento
        a: Copiar link: Armazenamentos
        a: Copiar link: Como se calcula
        a: Copiar link: Condições
        a: Copiar link: Dinheiro no tempo
        a: Copiar link: Eventos
        a: Copiar link: Execuções
        a: Copiar link: Linha do tempo
        a: Copiar link: Mais perguntadas
        a: Copiar link: Números
        a: Copiar link: Perguntas sem acerto
        a: Copiar link: Por categoria
        a: Copiar link: Por idioma
        a: Copiar link: Provedor
        a: Copiar link: Quanto duraram
        a: Copiar link: Relatório mensal
        a: Copiar link: Respostas guardadas
        a: Copiar link: Respostas por resultado
        a: Copiar link: Tarefas
        a: Copiar link: Taxa de acertos no tempo
        a: Copiar link: Taxa de acertos por idioma e categoria
        a: Copiar link: Todas as tarefas
        a: Economia
        a: Escuro
        a: Estado
        a: Executar
        a: Guia
        a: Guia: Armazenamento de respostas acessível
        a: Guia: HearthJobStuck
        a: Guia: HearthStoreErrors
        a: Guia: Tamanho do cache
        a: Guia: Taxa de acertos
        a: Guia: Tempo de resposta do cache
        a: Hearth
        a: HearthCacheHitRateLow
        a: HearthCacheSizeHigh
        a: HearthResponseTimeHigh
        a: Ir para o conteúdo
        a: JSON: Agenda
        a: JSON: Alertmanager
        a: JSON: Andamento
        a: JSON: Armazenamentos
        a: JSON: Condições
        a: JSON: Dinheiro no tempo
        a: JSON: Eventos
        a: JSON: Execuções
        a: JSON: Linha do tempo
        a: JSON: Números
        a: JSON: Perguntas sem acerto
        a: JSON: Por categoria
        a: JSON: Por idioma
        a: JSON: Quanto duraram
        a: JSON: Relatório mensal
        a: JSON: Respostas guardadas
        a: JSON: Respostas por resultado
        a: JSON: Tarefas
        a: JSON: Taxa de acertos no tempo
        a: JSON: Taxa de acertos por idioma e categoria
        a: JSON: Todas as tarefas
        a: Ligar as teclas
        a: Link com horas fixas
        a: Métricas
        a: Mês anterior
        a: Não ajuda: Do you sell gift cards?
        a: O que fazer
        a: O que é isto?: Agenda
        a: O que é isto?: Alertmanager
        a: O que é isto?: Andamento
        a: O que é isto?: Armazenamentos
        a: O que é isto?: Como se calcula
        a: O que é isto?: Condições
        a: O que é isto?: Dinheiro no tempo
        a: O que é isto?: Eventos
        a: O que é isto?: Execuções
        a: O que é isto?: Linha do tempo
        a: O que é isto?: Mais perguntadas
        a: O que é isto?: Números
        a: O que é isto?: Perguntas sem acerto
        a: O que é isto?: Por categoria
        a: O que é isto?: Por idioma
        a: O que é isto?: Provedor
        a: O que é isto?: Quanto duraram
        a: O que é isto?: Relatório mensal
        a: O que é isto?: Respostas guardadas
        a: O que é isto?: Respostas por resultado
        a: O que é isto?: Tarefas
        a: O que é isto?: Taxa de acertos no tempo
        a: O que é isto?: Taxa de acertos por idioma e categoria
        a: O que é isto?: Todas as tarefas
        a: OpenAPI
        a: Painel: Taxa de acertos
        a: Pausar 1 h
        a: Pausar até retomar
        a: Perguntas
        a: Referência da API
        a: Relatório mensal
        a: Remover todas as respostas …
        a: Remover: Do you sell gift cards?
        a: Resumo
        a: Tarefas
        a: Tentativa 1
        a: Tentativa 2
        a: Todos os guias
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
        label: Página em
        label: Resultado
        label: Tarefa
        label: Tema
        nav: Apresentação
        nav: Páginas
        section: Estado
        summary: Como tabela
        summary: De … até
        summary: Trecho
        """#
}
