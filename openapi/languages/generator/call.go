// Calls every case with the clients of openapi-generator's `go`: call BASE CASES
package main

import (
	"brig"
	"bytes"
	"cargohold"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"galley"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
)

type plan struct {
	Id          string
	Version     int
	Component   string
	Operation   string
	Origin      string
	Request     json.RawMessage
	Stream      bool
	SendVersion bool `json:"send_version"`
}

type told struct {
	Case   string      `json:"case"`
	Status int         `json:"status,omitempty"`
	Value  interface{} `json:"value"`
	Bytes  string      `json:"bytes,omitempty"`
	Fault  string      `json:"fault,omitempty"`
}

// What each generated package has for an error.
type typedError interface {
	Error() string
	Model() interface{}
}

func main() {
	var cases []plan
	file, err := os.ReadFile(os.Args[2])
	if err == nil {
		err = json.Unmarshal(file, &cases)
	}
	if err != nil {
		panic(err)
	}
	lines := json.NewEncoder(os.Stdout)
	for _, one := range cases {
		answer := call(one, os.Args[1]+"/"+one.Id)
		answer.Case = one.Id
		if err := lines.Encode(answer); err != nil {
			panic(err)
		}
	}
}

func call(one plan, base string) (answer told) {
	method := reflect.ValueOf(api(one, base)).MethodByName(strings.ToUpper(one.Operation[:1]) + one.Operation[1:])
	if !method.IsValid() {
		return told{Fault: "there is no method for " + one.Operation}
	}
	request := method.Call([]reflect.Value{reflect.ValueOf(context.Background())})[0]
	set := func(name string, value reflect.Value) {
		request = request.MethodByName(name).Call([]reflect.Value{value})[0]
	}
	set("WireOriginDomain", reflect.ValueOf(one.Origin))
	if one.SendVersion {
		set("XWireAPIVersion", reflect.ValueOf(int32(one.Version)))
	}
	name := body(request.Type())
	parameter := request.MethodByName(name).Type().In(0)
	value := reflect.New(parameter)
	if err := json.Unmarshal(one.Request, value.Interface()); err != nil {
		return told{Fault: "the request: " + err.Error()}
	}
	set(name, value.Elem())

	results := request.MethodByName("Execute").Call(nil)
	response, _ := results[1].Interface().(*http.Response)
	if response == nil {
		return told{Fault: fmt.Sprint(results[2].Interface())}
	}
	answer.Status = response.StatusCode
	if err := results[2].Interface(); err != nil {
		typed, ok := err.(typedError)
		if !ok || typed.Model() == nil {
			return told{Fault: fmt.Sprintf("the error is not typed: %v", err)}
		}
		answer.Value = typed.Model()
		return answer
	}
	if one.Stream {
		file := results[0].Interface().(*os.File)
		content, err := io.ReadAll(file)
		if err != nil {
			return told{Fault: err.Error()}
		}
		answer.Bytes = base64.StdEncoding.EncodeToString(content)
		return answer
	}
	answer.Value = results[0].Interface()
	return answer
}

// This generator sends a text as it is, without the quotes that make JSON of it.
type quoting struct{}

func (quoting) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	if !json.Valid(body) {
		if body, err = json.Marshal(string(body)); err != nil {
			return nil, err
		}
	}
	quoted := request.Clone(request.Context())
	quoted.Body = io.NopCloser(bytes.NewReader(body))
	quoted.ContentLength = int64(len(body))
	return http.DefaultTransport.RoundTrip(quoted)
}

func api(one plan, base string) interface{} {
	switch one.Component {
	case "brig":
		settings := brig.NewConfiguration()
		settings.HTTPClient = &http.Client{Transport: quoting{}}
		settings.Servers = brig.ServerConfigurations{{URL: base}}
		return brig.NewAPIClient(settings).BrigAPI
	case "galley":
		settings := galley.NewConfiguration()
		settings.HTTPClient = &http.Client{Transport: quoting{}}
		settings.Servers = galley.ServerConfigurations{{URL: base}}
		return galley.NewAPIClient(settings).GalleyAPI
	default:
		settings := cargohold.NewConfiguration()
		settings.HTTPClient = &http.Client{Transport: quoting{}}
		settings.Servers = cargohold.ServerConfigurations{{URL: base}}
		return cargohold.NewAPIClient(settings).CargoholdAPI
	}
}

// The method that takes the body: the one that is no header and does not send.
func body(request reflect.Type) string {
	for number := 0; number < request.NumMethod(); number++ {
		switch name := request.Method(number).Name; name {
		case "Execute", "WireOriginDomain", "XWireAPIVersion", "WireOriginRequestId", "RequestId", "WireOriginIP":
		default:
			return name
		}
	}
	return ""
}
