// Measures github.com/prometheus/client_golang as TelemetryBenchmark measures Hearth's registry.
package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

var bounds = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

func report(name string, perLine int, body func(b *testing.B)) {
	result := testing.Benchmark(body)
	nanoseconds := float64(result.T.Nanoseconds()) / float64(result.N)
	fmt.Printf("%-52s%12.1f ns%14d", name, nanoseconds, result.AllocsPerOp())
	if perLine > 0 {
		fmt.Printf("   %.1f ns a line", nanoseconds/float64(perLine))
	}
	fmt.Println()
}

func histogram() prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Buckets: bounds})
}

func updates() {
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "c"})
	report("increment a counter", 0, func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			counter.Inc()
		}
	})
	gauge := prometheus.NewGauge(prometheus.GaugeOpts{Name: "g"})
	report("add to a gauge", 0, func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			gauge.Add(1)
		}
	})
	observed := histogram()
	report("observe a value, 17 bounds", 0, func(b *testing.B) {
		value := 0.0
		for i := 0; i < b.N; i++ {
			if value += 0.001; value > 1 {
				value = 0
			}
			observed.Observe(value)
		}
	})
	native := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "n", Buckets: bounds, NativeHistogramBucketFactor: 1.1})
	report("the same, with native ranges", 0, func(b *testing.B) {
		value := 0.0
		for i := 0; i < b.N; i++ {
			if value += 0.001; value > 1 {
				value = 0
			}
			native.Observe(value)
		}
	})
	traced := histogram().(prometheus.ExemplarObserver)
	labels := prometheus.Labels{"trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331"}
	report("observe, and keep the trace as an example", 0, func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			traced.ObserveWithExemplar(0.003, labels)
		}
	})
	vector := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "v"}, []string{"result", "match"})
	report("find by label and increment", 0, func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			vector.WithLabelValues("hit", "exact").Inc()
		}
	})
}

// answer does as many updates as one cached answer of Hearth: five counters and six histograms, all found beforehand.
func answer() {
	var counters [5]prometheus.Counter
	for i := range counters {
		counters[i] = prometheus.NewCounter(prometheus.CounterOpts{Name: "c"})
	}
	var histograms [6]prometheus.Histogram
	for i := range histograms {
		histograms[i] = histogram()
	}
	report("as many updates as one cached answer has", 0, func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			for _, counter := range counters {
				counter.Inc()
			}
			for _, histogram := range histograms {
				histogram.Observe(0.00015)
			}
		}
	})
}

func parallel() {
	counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "c"})
	report("increment one counter, two threads", 0, func(b *testing.B) {
		done := make(chan bool)
		for thread := 0; thread < 2; thread++ {
			go func() {
				for i := 0; i < b.N; i++ {
					counter.Inc()
				}
				done <- true
			}()
		}
		<-done
		<-done
	})
	observed := histogram()
	report("observe in one histogram, two threads", 0, func(b *testing.B) {
		done := make(chan bool)
		for thread := 0; thread < 2; thread++ {
			go func() {
				for i := 0; i < b.N; i++ {
					observed.Observe(0.003)
				}
				done <- true
			}()
		}
		<-done
		<-done
	})
}

func rendering(lines int) {
	registry := prometheus.NewRegistry()
	labels := []string{"store", "outcome"}
	counters := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bench_operations_total", Help: "Operations on a store."}, labels)
	histograms := prometheus.NewHistogramVec(
		prometheus.HistogramOpts{Name: "bench_duration_seconds", Help: "Time of one operation on a store.", Buckets: bounds}, labels)
	registry.MustRegister(counters, histograms)
	for i := 0; i < lines/2; i++ {
		counters.WithLabelValues(fmt.Sprintf("store-%d", i), "ok").Add(float64(i * 7919))
	}
	for i := 0; i == 0 || i < lines/40; i++ {
		for step := 0; step < 500; step++ {
			histograms.WithLabelValues(fmt.Sprintf("store-%d", i), "ok").Observe(float64(step*step%9973) / 1000)
		}
	}
	formats := []struct {
		name   string
		format expfmt.Format
	}{{"text", expfmt.FmtText}, {"openmetrics", expfmt.FmtOpenMetrics}, {"protobuf", expfmt.FmtProtoDelim}}
	var text []byte
	for _, format := range formats {
		var buffer bytes.Buffer
		report(fmt.Sprintf("write %d lines, %s", lines, format.name), lines, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				buffer.Reset()
				encoder := expfmt.NewEncoder(&buffer, format.format)
				families, err := registry.Gather()
				if err != nil {
					b.Fatal(err)
				}
				for _, family := range families {
					if err := encoder.Encode(family); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		if format.name == "text" {
			text = append([]byte{}, buffer.Bytes()...)
		}
	}
	report("gzip of that text, level 1", 0, func(b *testing.B) {
		var buffer bytes.Buffer
		writer, _ := gzip.NewWriterLevel(&buffer, 1)
		for i := 0; i < b.N; i++ {
			buffer.Reset()
			writer.Reset(&buffer)
			writer.Write(text)
			writer.Close()
		}
	})
}

func main() {
	testing.Init()
	flag.Parse()
	if err := flag.Set("test.benchtime", "0.5s"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%-52s%15s%14s\n", "", "time", "allocations")
	updates()
	answer()
	parallel()
	for _, lines := range []int{100, 1000, 10000} {
		rendering(lines)
	}
}
