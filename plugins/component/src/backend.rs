use std::sync::Arc;

use assay_api::SuiteError;
use assay_api::call::Method;
use assay_loader::plugin::{Backend, CallError, Connection, PluginData};
use wasmtime::component::{Component, HasSelf, Instance, Linker};
use wasmtime::{Engine, Store, Trap};

use crate::Budget;
use crate::bindings::assay::suite::data::{self, Host as DataHost};
use crate::bindings::assay::suite::types::{Failure, Host as TypesHost, TaskFailure};
use crate::bindings::{Plugin, PluginPre};
use crate::budget::Meter;

/// The most that a component reads of its data at once, in bytes.
const MAX_READ: u32 = 16 << 20;

/// The import that a suite may have.
const DATA: &str = "assay:suite/data@";

/// What a suite may export besides, and the function in it.
const DECISION: (&str, &str) = ("assay:suite/decision@1.0.0", "is-decided");

/// Where its types come from.
const TYPES: &str = "assay:suite/types@";

/// A compiled component, linked.
pub(crate) struct ComponentBackend {
    linked: PluginPre<State>,
    budget: Budget,
}

/// What an instance has of the host.
struct State {
    data: Arc<PluginData>,
    meter: Meter,
}

impl ComponentBackend {
    pub(crate) fn new(engine: &Engine, component: &Component, budget: Budget) -> Result<Self, String> {
        check_imports(engine, component)?;
        let mut linker = Linker::new(engine);
        data::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)
            .map_err(|error| format!("no host for components: {}", reason(&error)))?;
        let linked = linker.instantiate_pre(component).and_then(PluginPre::new);
        let linked = linked.map_err(|error| format!("it is not a suite as suite.wit says: {}", reason(&error)))?;
        Ok(ComponentBackend { linked, budget })
    }
}

/// Names what a component wants of the host that no suite gets.
fn check_imports(engine: &Engine, component: &Component) -> Result<(), String> {
    let component_type = component.component_type();
    let mut names = component_type.imports(engine).map(|(name, _)| name);
    match names.find(|name| !name.starts_with(DATA) && !name.starts_with(TYPES)) {
        None => Ok(()),
        Some(name) => {
            let stubs =
                if name.starts_with("wasi:") { "; build it without WASI (componentize-py: --stub-wasi)" } else { "" };
            Err(format!("it imports `{name}`, and a suite gets nothing but its data{stubs}"))
        }
    }
}

impl Backend for ComponentBackend {
    fn connect(&self, data: Arc<PluginData>) -> Result<Box<dyn Connection>, String> {
        Ok(Box::new(ComponentConnection { linked: self.linked.clone(), budget: self.budget, data }))
    }
}

/// Makes an instance for each call.
struct ComponentConnection {
    linked: PluginPre<State>,
    budget: Budget,
    data: Arc<PluginData>,
}

impl Connection for ComponentConnection {
    fn call(&self, method: Method, request: &str) -> Result<String, CallError> {
        match self.run(method, request) {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(failure)) => Err(CallError::Suite(suite_error(failure))),
            Err(error) => Err(CallError::Broken(self.describe(&error))),
        }
    }
}

impl ComponentConnection {
    fn run(&self, method: Method, request: &str) -> wasmtime::Result<Result<String, Failure>> {
        let state = State { data: Arc::clone(&self.data), meter: Meter::new(&self.budget) };
        let mut store = Store::new(self.linked.engine(), state);
        store.limiter(|state| &mut state.meter);
        store.set_fuel(self.budget.fuel)?;
        let instance = self.linked.instance_pre().instantiate(&mut store)?;
        if method == Method::IsDecided {
            return is_decided(&mut store, &instance, request);
        }
        let plugin = Plugin::new(&mut store, &instance)?;
        let suite = plugin.assay_suite_suite();
        let request = &request.to_owned();
        match method {
            Method::Info => suite.call_info(&mut store, request),
            Method::Tasks => suite.call_tasks(&mut store, request),
            Method::Prompt => suite.call_prompt(&mut store, request),
            Method::Extract => suite.call_extract(&mut store, request),
            Method::Programs => suite.call_programs(&mut store, request),
            Method::Score => suite.call_score(&mut store, request),
            Method::Reference => suite.call_reference(&mut store, request),
            later => Ok(Err(Failure::Unsupported(format!("no `{later}`")))),
        }
    }

    fn describe(&self, error: &wasmtime::Error) -> String {
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => format!("it used up its fuel, {}", self.budget.fuel),
            Some(trap) => {
                let text = trap.to_string();
                format!("it trapped: {}", text.strip_prefix("wasm trap: ").unwrap_or(&text))
            }
            None => reason(error),
        }
    }
}

/// Calls the function of an interface that a component need not have.
fn is_decided(
    store: &mut Store<State>,
    instance: &Instance,
    request: &str,
) -> wasmtime::Result<Result<String, Failure>> {
    let (interface, function) = DECISION;
    let interface = instance.get_export_index(&mut *store, None, interface);
    let function = interface.and_then(|at| instance.get_export_index(&mut *store, Some(&at), function));
    let Some(function) = function else {
        return Ok(Err(Failure::Unsupported(format!("no `{}`", Method::IsDecided))));
    };
    let function = instance.get_typed_func::<(&str,), (Result<String, Failure>,)>(&mut *store, &function)?;
    Ok(function.call(store, (request,))?.0)
}

/// What is at the bottom of an error, in one line.
pub(crate) fn reason(error: &wasmtime::Error) -> String {
    let cause = error.root_cause().to_string();
    cause.lines().next().unwrap_or_default().to_owned()
}

fn suite_error(failure: Failure) -> SuiteError {
    match failure {
        Failure::Task(TaskFailure { task_id, message, extras: _ }) => SuiteError::Task { task_id, message },
        Failure::Unsupported(message) => SuiteError::Unsupported(message),
        Failure::Other(message) => SuiteError::Internal(message),
    }
}

impl TypesHost for State {}

impl DataHost for State {
    fn read(&mut self, path: String, offset: u64, capacity: u32) -> Result<Vec<u8>, Failure> {
        match self.data.read(&path, offset, capacity.min(MAX_READ) as usize) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => Err(Failure::Other(format!("the suite has no data {path:?}"))),
        }
    }
}
