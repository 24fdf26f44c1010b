// Tests in Go against the emulator, without packages:
//
//	twelvelabs-embed emulator --port 0 --rpm 2 --processing-sec 600 -- go test examples/emulator_test.go
package emulator

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

var (
	api     = os.Getenv("TWELVELABS_BASE_URL")
	control = strings.TrimSuffix(api, "/v1.3") + "/_emulator"
)

const text = `{"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a dog"}}`

func send(method, url, body string) (*http.Response, string, error) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("x-api-key", os.Getenv("TWELVE_LABS_API_KEY"))
	request.Header.Set("content-type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return response, string(content), err
}

func must(t *testing.T, status int, method, url, body string) (*http.Response, string) {
	t.Helper()
	response, content, err := send(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != status {
		t.Fatalf("%s %s: %d instead of %d: %s", method, url, response.StatusCode, status, content)
	}
	return response, content
}

func reset(t *testing.T) {
	t.Helper()
	must(t, 204, "POST", control+"/reset", "")
}

func TestQuota(t *testing.T) {
	reset(t)
	must(t, 200, "POST", api+"/embed-v2", text)
	must(t, 200, "POST", api+"/embed-v2", text)
	rejected, _ := must(t, 429, "POST", api+"/embed-v2", text)
	seconds := rejected.Header.Get("Retry-After")
	must(t, 200, "POST", control+"/clock/advance", fmt.Sprintf(`{"seconds": %s}`, seconds))
	must(t, 200, "POST", api+"/embed-v2", text)
}

func TestFaults(t *testing.T) {
	reset(t)
	must(t, 204, "PUT", control+"/faults", `{"script": "503,reset"}`)
	must(t, 503, "POST", api+"/embed-v2", text)
	if _, _, err := send("POST", api+"/embed-v2", text); err == nil {
		t.Fatal("the response was not lost")
	}
	must(t, 200, "POST", api+"/embed-v2", text)
}

// silence returns a WAV of some seconds, 8 bits, 8,000 Hz.
func silence(seconds uint32) []byte {
	size := seconds * 8000
	wav := []byte("RIFF")
	wav = binary.LittleEndian.AppendUint32(wav, 36+size)
	wav = append(wav, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data"...)
	wav = binary.LittleEndian.AppendUint32(wav, size)
	return append(wav, make([]byte, size)...)
}

func TestTenMinutes(t *testing.T) {
	reset(t)
	body := fmt.Sprintf(`{"input_type": "audio", "model_name": "marengo3.0",
		"audio": {"media_source": {"base64_string": "%s"}}}`, base64.StdEncoding.EncodeToString(silence(5)))
	created, _ := must(t, 202, "POST", api+"/embed-v2/tasks", body)
	task := created.Header.Get("Location")
	must(t, 204, "POST", control+"/wait-until-idle", "")
	if _, content := must(t, 200, "GET", task, ""); !strings.Contains(content, `"processing"`) {
		t.Fatal(content)
	}
	must(t, 200, "POST", control+"/clock/advance", `{"seconds": 600}`)
	if _, content := must(t, 200, "GET", task, ""); !strings.Contains(content, `"ready"`) {
		t.Fatal(content)
	}
}
