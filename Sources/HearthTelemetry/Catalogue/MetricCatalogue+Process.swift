extension MetricCatalogue {
    static let process: [MetricDescriptor] = [
        processCPU, processOpenDescriptors, processMaximumDescriptors, processVirtualMemory, processMaximumVirtualMemory,
        processResidentMemory, processStartTime, processThreads, processNetworkReceived, processNetworkTransmitted, eventLoopLag, swiftInfo,
        buildInfo, configurationReloadSuccessful, configurationReloadTime,
    ]

    // Standard names of Prometheus client libraries; 1 line each, from procfs at the scrape; what cannot be read is left out.
    package static let processCPU = MetricDescriptor(
        "process_cpu_seconds_total", .counter, unit: .seconds, help: "Processor time spent, of user and system."
    )
    package static let processOpenDescriptors = MetricDescriptor("process_open_fds", .gauge, help: "Open file descriptors.")
    package static let processMaximumDescriptors = MetricDescriptor("process_max_fds", .gauge, help: "File descriptors that are allowed.")
    package static let processVirtualMemory = MetricDescriptor(
        "process_virtual_memory_bytes", .gauge, unit: .bytes, help: "Size of the address space."
    )
    package static let processMaximumVirtualMemory = MetricDescriptor(
        "process_virtual_memory_max_bytes", .gauge, unit: .bytes, help: "Size of the address space that is allowed; +Inf if unlimited."
    )
    package static let processResidentMemory = MetricDescriptor(
        "process_resident_memory_bytes", .gauge, unit: .bytes, help: "Memory in use."
    )
    package static let processStartTime = MetricDescriptor(
        "process_start_time_seconds", .gauge, unit: .seconds, help: "When the process started."
    )
    package static let processThreads = MetricDescriptor("process_threads", .gauge, help: "Threads of the operating system.")
    package static let processNetworkReceived = MetricDescriptor(
        "process_network_receive_bytes_total", .counter, unit: .bytes, help: "Bytes received in the network name space."
    )
    package static let processNetworkTransmitted = MetricDescriptor(
        "process_network_transmit_bytes_total", .counter, unit: .bytes, help: "Bytes sent in the network name space."
    )

    /// 15 lines.
    package static let eventLoopLag = MetricDescriptor(
        "hearth_event_loop_lag_seconds", .histogram, unit: .seconds, buckets: .fast,
        help: "Delay of a periodic empty task on the server's event loops."
    )
    /// 1 line.
    package static let swiftInfo = MetricDescriptor(
        "swift_info", .info, labels: [LabelDescriptor("version", from: .build)], help: "The Swift compiler."
    )
    /// 1 line.
    package static let buildInfo = MetricDescriptor(
        "hearth_build_info", .info,
        labels: ["version", "revision", "swift_version", "arch"].map { LabelDescriptor($0, from: .build) }, help: "The build of Hearth."
    )
    /// 1 line.
    package static let configurationReloadSuccessful = MetricDescriptor(
        "hearth_config_last_reload_successful", .gauge, help: "Whether the configuration was last read without a fault."
    )
    /// 1 line.
    package static let configurationReloadTime = MetricDescriptor(
        "hearth_config_last_reload_success_timestamp_seconds", .gauge, unit: .seconds,
        help: "When the configuration was last read without a fault."
    )
}
