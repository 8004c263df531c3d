// Answers the questions on standard input with github.com/robfig/cron, one JSON object a line; with -bench it measures that package.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/robfig/cron"
)

type question struct {
	Expression string `json:"expression"`
	Timezone   string `json:"timezone"`
	After      string `json:"after"`
	Count      int    `json:"count"`
}

type answer struct {
	Next  *[]string `json:"next,omitempty"`
	Error string    `json:"error,omitempty"`
}

func ask(q question) (reply answer) {
	// The package panics on some faults.
	defer func() {
		if fault := recover(); fault != nil {
			reply = answer{Error: fmt.Sprint("panic: ", fault)}
		}
	}()
	zone, err := time.LoadLocation(q.Timezone)
	if err != nil {
		return answer{Error: err.Error()}
	}
	moment, err := time.Parse(time.RFC3339, q.After)
	if err != nil {
		return answer{Error: err.Error()}
	}
	schedule, err := cron.ParseStandard(q.Expression)
	if err != nil {
		return answer{Error: err.Error()}
	}
	firings := []string{}
	moment = moment.In(zone)
	for len(firings) < q.Count {
		moment = schedule.Next(moment)
		// It has looked five years ahead; what it found is its answer.
		if moment.IsZero() {
			break
		}
		firings = append(firings, moment.UTC().Format(time.RFC3339))
	}
	return answer{Next: &firings}
}

// A search that goes round in circles cannot be stopped, only left behind.
func askForAtMost(limit time.Duration, q question) answer {
	done := make(chan answer, 1)
	go func() { done <- ask(q) }()
	select {
	case reply := <-done:
		return reply
	case <-time.After(limit):
		return answer{Error: "TooSlow"}
	}
}

func answerAll() error {
	in := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			return err
		}
		if err := encoder.Encode(askForAtMost(2*time.Second, q)); err != nil {
			return err
		}
	}
	return in.Err()
}

// Keeps the compiler from dropping what is measured.
var (
	keptMoment   time.Time
	keptSchedule cron.Schedule
)

func measureNext(expression, zone string) (testing.BenchmarkResult, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return testing.BenchmarkResult{}, err
	}
	schedule, err := cron.ParseStandard(expression)
	if err != nil {
		return testing.BenchmarkResult{}, err
	}
	start := time.Date(2026, time.January, 1, 0, 0, 0, 0, location)
	return testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		moment := start
		for i := 0; i < b.N; i++ {
			// Back to the start from time to time, so as to stay among dates that somebody asks for.
			if i&1023 == 0 || moment.IsZero() {
				moment = start
			}
			moment = schedule.Next(moment)
		}
		keptMoment = moment
	}), nil
}

func measureParse(expression string) (testing.BenchmarkResult, error) {
	if _, err := cron.ParseStandard(expression); err != nil {
		return testing.BenchmarkResult{}, err
	}
	return testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; i < b.N; i++ {
			keptSchedule, _ = cron.ParseStandard(expression)
		}
	}), nil
}

func bench() error {
	const long = "0,5,10-20/2,30,45-59 0-5,8-18/2,22,23 1-7,15,21-31/3 JAN,MAR,MAY-SEP,NOV MON-FRI"
	measurements := []struct {
		name    string
		measure func() (testing.BenchmarkResult, error)
	}{
		{"next-utc", func() (testing.BenchmarkResult, error) { return measureNext("0 3 * * *", "UTC") }},
		{"next-zone", func() (testing.BenchmarkResult, error) { return measureNext("0 3 * * *", "Europe/Athens") }},
		{"next-every-5", func() (testing.BenchmarkResult, error) { return measureNext("*/5 * * * *", "UTC") }},
		// Here that means each 29 February and each Monday in February: it knows no way to ask for both at once.
		{"next-rare", func() (testing.BenchmarkResult, error) { return measureNext("0 0 29 2 1", "UTC") }},
		{"parse-short", func() (testing.BenchmarkResult, error) { return measureParse("0 3 * * *") }},
		{"parse-long", func() (testing.BenchmarkResult, error) { return measureParse(long) }},
	}
	for _, measurement := range measurements {
		result, err := measurement.measure()
		if err != nil {
			return err
		}
		nanoseconds := float64(result.T.Nanoseconds()) / float64(result.N)
		fmt.Printf("robfig %s %.1f ns %d allocs\n", measurement.name, nanoseconds, result.AllocsPerOp())
	}
	return nil
}

func main() {
	testing.Init()
	measures := flag.Bool("bench", false, "measure instead of answering questions")
	flag.Parse()
	work := answerAll
	if *measures {
		work = bench
		if err := flag.Set("test.benchtime", "0.5s"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
