// The folder runbooks/ for the page: the executable is a single file. The C compiler takes the files as they are; as literals of Swift
// they would be there twice, or take longer to compile than all pages. A test looks for files that are missing here.
#include "CRunbooks.h"

// A part of C23 that clang knows in every version of C.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char text_HearthAggregationBehind[] = {
#embed "../../runbooks/HearthAggregationBehind.md"
};
static const unsigned char text_HearthAvailabilityBudgetBurn[] = {
#embed "../../runbooks/HearthAvailabilityBudgetBurn.md"
};
static const unsigned char text_HearthCacheEvictionPressure[] = {
#embed "../../runbooks/HearthCacheEvictionPressure.md"
};
static const unsigned char text_HearthCacheHitRateCollapsed[] = {
#embed "../../runbooks/HearthCacheHitRateCollapsed.md"
};
static const unsigned char text_HearthCacheHitRateLow[] = {
#embed "../../runbooks/HearthCacheHitRateLow.md"
};
static const unsigned char text_HearthCacheIntegrity[] = {
#embed "../../runbooks/HearthCacheIntegrity.md"
};
static const unsigned char text_HearthCacheLookupErrors[] = {
#embed "../../runbooks/HearthCacheLookupErrors.md"
};
static const unsigned char text_HearthCacheSizeHigh[] = {
#embed "../../runbooks/HearthCacheSizeHigh.md"
};
static const unsigned char text_HearthCacheWrongAnswers[] = {
#embed "../../runbooks/HearthCacheWrongAnswers.md"
};
static const unsigned char text_HearthCertificateExpiring[] = {
#embed "../../runbooks/HearthCertificateExpiring.md"
};
static const unsigned char text_HearthClockSkew[] = {
#embed "../../runbooks/HearthClockSkew.md"
};
static const unsigned char text_HearthCoherenceLost[] = {
#embed "../../runbooks/HearthCoherenceLost.md"
};
static const unsigned char text_HearthConfigReloadFailed[] = {
#embed "../../runbooks/HearthConfigReloadFailed.md"
};
static const unsigned char text_HearthDiskLow[] = {
#embed "../../runbooks/HearthDiskLow.md"
};
static const unsigned char text_HearthFenceRejected[] = {
#embed "../../runbooks/HearthFenceRejected.md"
};
static const unsigned char text_HearthFileDescriptorsLow[] = {
#embed "../../runbooks/HearthFileDescriptorsLow.md"
};
static const unsigned char text_HearthInboxDelayed[] = {
#embed "../../runbooks/HearthInboxDelayed.md"
};
static const unsigned char text_HearthInboxGivenUp[] = {
#embed "../../runbooks/HearthInboxGivenUp.md"
};
static const unsigned char text_HearthInstanceDown[] = {
#embed "../../runbooks/HearthInstanceDown.md"
};
static const unsigned char text_HearthJobFailing[] = {
#embed "../../runbooks/HearthJobFailing.md"
};
static const unsigned char text_HearthJobNotSucceeding[] = {
#embed "../../runbooks/HearthJobNotSucceeding.md"
};
static const unsigned char text_HearthJobStuck[] = {
#embed "../../runbooks/HearthJobStuck.md"
};
static const unsigned char text_HearthLatencyBudgetBurn[] = {
#embed "../../runbooks/HearthLatencyBudgetBurn.md"
};
static const unsigned char text_HearthMetricsCardinalityCapped[] = {
#embed "../../runbooks/HearthMetricsCardinalityCapped.md"
};
static const unsigned char text_HearthOccurrencesUnaccounted[] = {
#embed "../../runbooks/HearthOccurrencesUnaccounted.md"
};
static const unsigned char text_HearthOverheadHigh[] = {
#embed "../../runbooks/HearthOverheadHigh.md"
};
static const unsigned char text_HearthResponseTimeHigh[] = {
#embed "../../runbooks/HearthResponseTimeHigh.md"
};
static const unsigned char text_HearthRestarting[] = {
#embed "../../runbooks/HearthRestarting.md"
};
static const unsigned char text_HearthScheduleLag[] = {
#embed "../../runbooks/HearthScheduleLag.md"
};
static const unsigned char text_HearthSchedulerStopped[] = {
#embed "../../runbooks/HearthSchedulerStopped.md"
};
static const unsigned char text_HearthScrapeSlow[] = {
#embed "../../runbooks/HearthScrapeSlow.md"
};
static const unsigned char text_HearthShedding[] = {
#embed "../../runbooks/HearthShedding.md"
};
static const unsigned char text_HearthStoreDown[] = {
#embed "../../runbooks/HearthStoreDown.md"
};
static const unsigned char text_HearthStoreErrors[] = {
#embed "../../runbooks/HearthStoreErrors.md"
};
static const unsigned char text_HearthStorePoolExhausted[] = {
#embed "../../runbooks/HearthStorePoolExhausted.md"
};
static const unsigned char text_HearthTargetMissing[] = {
#embed "../../runbooks/HearthTargetMissing.md"
};
static const unsigned char text_HearthUpstreamBreakerOpen[] = {
#embed "../../runbooks/HearthUpstreamBreakerOpen.md"
};
static const unsigned char text_HearthUpstreamErrors[] = {
#embed "../../runbooks/HearthUpstreamErrors.md"
};
static const unsigned char text_HearthWalLarge[] = {
#embed "../../runbooks/HearthWalLarge.md"
};
static const unsigned char text_HearthWatchdog[] = {
#embed "../../runbooks/HearthWatchdog.md"
};
static const unsigned char text_cardinality[] = {
#embed "../../runbooks/cardinality.md"
};
static const unsigned char text_cold_start[] = {
#embed "../../runbooks/cold-start.md"
};
static const unsigned char text_index[] = {
#embed "../../runbooks/index.md"
};
static const unsigned char text_monitoring_of_monitoring[] = {
#embed "../../runbooks/monitoring-of-monitoring.md"
};

#define RUNBOOK(name, text) {name, text, sizeof(text)}

static const struct hearth_runbook runbooks[] = {
    RUNBOOK("HearthAggregationBehind", text_HearthAggregationBehind),
    RUNBOOK("HearthAvailabilityBudgetBurn", text_HearthAvailabilityBudgetBurn),
    RUNBOOK("HearthCacheEvictionPressure", text_HearthCacheEvictionPressure),
    RUNBOOK("HearthCacheHitRateCollapsed", text_HearthCacheHitRateCollapsed),
    RUNBOOK("HearthCacheHitRateLow", text_HearthCacheHitRateLow),
    RUNBOOK("HearthCacheIntegrity", text_HearthCacheIntegrity),
    RUNBOOK("HearthCacheLookupErrors", text_HearthCacheLookupErrors),
    RUNBOOK("HearthCacheSizeHigh", text_HearthCacheSizeHigh),
    RUNBOOK("HearthCacheWrongAnswers", text_HearthCacheWrongAnswers),
    RUNBOOK("HearthCertificateExpiring", text_HearthCertificateExpiring),
    RUNBOOK("HearthClockSkew", text_HearthClockSkew),
    RUNBOOK("HearthCoherenceLost", text_HearthCoherenceLost),
    RUNBOOK("HearthConfigReloadFailed", text_HearthConfigReloadFailed),
    RUNBOOK("HearthDiskLow", text_HearthDiskLow),
    RUNBOOK("HearthFenceRejected", text_HearthFenceRejected),
    RUNBOOK("HearthFileDescriptorsLow", text_HearthFileDescriptorsLow),
    RUNBOOK("HearthInboxDelayed", text_HearthInboxDelayed),
    RUNBOOK("HearthInboxGivenUp", text_HearthInboxGivenUp),
    RUNBOOK("HearthInstanceDown", text_HearthInstanceDown),
    RUNBOOK("HearthJobFailing", text_HearthJobFailing),
    RUNBOOK("HearthJobNotSucceeding", text_HearthJobNotSucceeding),
    RUNBOOK("HearthJobStuck", text_HearthJobStuck),
    RUNBOOK("HearthLatencyBudgetBurn", text_HearthLatencyBudgetBurn),
    RUNBOOK("HearthMetricsCardinalityCapped", text_HearthMetricsCardinalityCapped),
    RUNBOOK("HearthOccurrencesUnaccounted", text_HearthOccurrencesUnaccounted),
    RUNBOOK("HearthOverheadHigh", text_HearthOverheadHigh),
    RUNBOOK("HearthResponseTimeHigh", text_HearthResponseTimeHigh),
    RUNBOOK("HearthRestarting", text_HearthRestarting),
    RUNBOOK("HearthScheduleLag", text_HearthScheduleLag),
    RUNBOOK("HearthSchedulerStopped", text_HearthSchedulerStopped),
    RUNBOOK("HearthScrapeSlow", text_HearthScrapeSlow),
    RUNBOOK("HearthShedding", text_HearthShedding),
    RUNBOOK("HearthStoreDown", text_HearthStoreDown),
    RUNBOOK("HearthStoreErrors", text_HearthStoreErrors),
    RUNBOOK("HearthStorePoolExhausted", text_HearthStorePoolExhausted),
    RUNBOOK("HearthTargetMissing", text_HearthTargetMissing),
    RUNBOOK("HearthUpstreamBreakerOpen", text_HearthUpstreamBreakerOpen),
    RUNBOOK("HearthUpstreamErrors", text_HearthUpstreamErrors),
    RUNBOOK("HearthWalLarge", text_HearthWalLarge),
    RUNBOOK("HearthWatchdog", text_HearthWatchdog),
    RUNBOOK("cardinality", text_cardinality),
    RUNBOOK("cold-start", text_cold_start),
    RUNBOOK("index", text_index),
    RUNBOOK("monitoring-of-monitoring", text_monitoring_of_monitoring),
};

size_t hearth_runbook_count(void) { return sizeof(runbooks) / sizeof(runbooks[0]); }

struct hearth_runbook hearth_runbook_at(size_t index) { return runbooks[index]; }
