// @ts-nocheck: generated from contract/bench.schema.json by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

export const bench = validate10 as unknown as SchemaCheck;
const schema11 = {"$id":"bench","$schema":"http://json-schema.org/draft-07/schema#","type":"object","required":["schemaVersion","bench","suite","startedAt","seconds","environment","figures"],"properties":{"schemaVersion":{"const":1},"bench":{"type":"string"},"suite":{"enum":["step","cohort","tokens","dense","evaluation","kept","precision","methods","store","report","coco"]},"startedAt":{"type":"string"},"seconds":{"type":"number"},"environment":{"type":"object","required":["cpu","cores","memoryGiB","gpu","os","node","tensorflow","torch","load","commit","dirty"],"properties":{"cpu":{"type":"string"},"cores":{"type":"number"},"memoryGiB":{"type":"number"},"gpu":{"type":["string","null"]},"os":{"type":"string"},"node":{"type":"string"},"tensorflow":{"type":["string","null"]},"torch":{"type":["string","null"]},"load":{"type":"number"},"commit":{"type":["string","null"]},"dirty":{"type":"boolean"}}},"figures":{"type":"array","items":{"type":"object","required":["name","side","variant","workers","threads","quantity","value","unit","samples","smallest","deviation"],"properties":{"name":{"type":"string"},"side":{"enum":["redistill","peer"]},"variant":{"type":"string"},"workers":{"type":"number"},"threads":{"type":"number"},"quantity":{"type":"string"},"value":{"type":"number"},"unit":{"type":"string"},"samples":{"type":"number"},"smallest":{"type":["number","null"]},"deviation":{"type":["number","null"]}}}}}};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="bench" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.bench === undefined) && (missing0 = "bench"))) || ((data.suite === undefined) && (missing0 = "suite"))) || ((data.startedAt === undefined) && (missing0 = "startedAt"))) || ((data.seconds === undefined) && (missing0 = "seconds"))) || ((data.environment === undefined) && (missing0 = "environment"))) || ((data.figures === undefined) && (missing0 = "figures"))){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema11.required,parentSchema:schema11,data}];
return false;
}
else {
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs1 = errors;
if(1 !== data0){
validate10.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema11.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bench !== undefined){
let data1 = data.bench;
const _errs2 = errors;
if(typeof data1 !== "string"){
validate10.errors = [{instancePath:instancePath+"/bench",schemaPath:"#/properties/bench/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.bench.type,parentSchema:schema11.properties.bench,data:data1}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suite !== undefined){
let data2 = data.suite;
const _errs4 = errors;
if(!(((((((((((data2 === "step") || (data2 === "cohort")) || (data2 === "tokens")) || (data2 === "dense")) || (data2 === "evaluation")) || (data2 === "kept")) || (data2 === "precision")) || (data2 === "methods")) || (data2 === "store")) || (data2 === "report")) || (data2 === "coco"))){
validate10.errors = [{instancePath:instancePath+"/suite",schemaPath:"#/properties/suite/enum",keyword:"enum",params:{allowedValues: schema11.properties.suite.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.suite.enum,parentSchema:schema11.properties.suite,data:data2}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.startedAt !== undefined){
let data3 = data.startedAt;
const _errs5 = errors;
if(typeof data3 !== "string"){
validate10.errors = [{instancePath:instancePath+"/startedAt",schemaPath:"#/properties/startedAt/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.startedAt.type,parentSchema:schema11.properties.startedAt,data:data3}];
return false;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seconds !== undefined){
let data4 = data.seconds;
const _errs7 = errors;
if(!((typeof data4 == "number") && (isFinite(data4)))){
validate10.errors = [{instancePath:instancePath+"/seconds",schemaPath:"#/properties/seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.seconds.type,parentSchema:schema11.properties.seconds,data:data4}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.environment !== undefined){
let data5 = data.environment;
const _errs9 = errors;
if(errors === _errs9){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
let missing1;
if((((((((((((data5.cpu === undefined) && (missing1 = "cpu")) || ((data5.cores === undefined) && (missing1 = "cores"))) || ((data5.memoryGiB === undefined) && (missing1 = "memoryGiB"))) || ((data5.gpu === undefined) && (missing1 = "gpu"))) || ((data5.os === undefined) && (missing1 = "os"))) || ((data5.node === undefined) && (missing1 = "node"))) || ((data5.tensorflow === undefined) && (missing1 = "tensorflow"))) || ((data5.torch === undefined) && (missing1 = "torch"))) || ((data5.load === undefined) && (missing1 = "load"))) || ((data5.commit === undefined) && (missing1 = "commit"))) || ((data5.dirty === undefined) && (missing1 = "dirty"))){
validate10.errors = [{instancePath:instancePath+"/environment",schemaPath:"#/properties/environment/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema11.properties.environment.required,parentSchema:schema11.properties.environment,data:data5}];
return false;
}
else {
if(data5.cpu !== undefined){
let data6 = data5.cpu;
const _errs11 = errors;
if(typeof data6 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/cpu",schemaPath:"#/properties/environment/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.cpu.type,parentSchema:schema11.properties.environment.properties.cpu,data:data6}];
return false;
}
var valid1 = _errs11 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.cores !== undefined){
let data7 = data5.cores;
const _errs13 = errors;
if(!((typeof data7 == "number") && (isFinite(data7)))){
validate10.errors = [{instancePath:instancePath+"/environment/cores",schemaPath:"#/properties/environment/properties/cores/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.environment.properties.cores.type,parentSchema:schema11.properties.environment.properties.cores,data:data7}];
return false;
}
var valid1 = _errs13 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.memoryGiB !== undefined){
let data8 = data5.memoryGiB;
const _errs15 = errors;
if(!((typeof data8 == "number") && (isFinite(data8)))){
validate10.errors = [{instancePath:instancePath+"/environment/memoryGiB",schemaPath:"#/properties/environment/properties/memoryGiB/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.environment.properties.memoryGiB.type,parentSchema:schema11.properties.environment.properties.memoryGiB,data:data8}];
return false;
}
var valid1 = _errs15 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.gpu !== undefined){
let data9 = data5.gpu;
const _errs17 = errors;
if((typeof data9 !== "string") && (data9 !== null)){
validate10.errors = [{instancePath:instancePath+"/environment/gpu",schemaPath:"#/properties/environment/properties/gpu/type",keyword:"type",params:{type: schema11.properties.environment.properties.gpu.type},message:"must be string,null",schema:schema11.properties.environment.properties.gpu.type,parentSchema:schema11.properties.environment.properties.gpu,data:data9}];
return false;
}
var valid1 = _errs17 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.os !== undefined){
let data10 = data5.os;
const _errs19 = errors;
if(typeof data10 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/os",schemaPath:"#/properties/environment/properties/os/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.os.type,parentSchema:schema11.properties.environment.properties.os,data:data10}];
return false;
}
var valid1 = _errs19 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.node !== undefined){
let data11 = data5.node;
const _errs21 = errors;
if(typeof data11 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/node",schemaPath:"#/properties/environment/properties/node/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.node.type,parentSchema:schema11.properties.environment.properties.node,data:data11}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.tensorflow !== undefined){
let data12 = data5.tensorflow;
const _errs23 = errors;
if((typeof data12 !== "string") && (data12 !== null)){
validate10.errors = [{instancePath:instancePath+"/environment/tensorflow",schemaPath:"#/properties/environment/properties/tensorflow/type",keyword:"type",params:{type: schema11.properties.environment.properties.tensorflow.type},message:"must be string,null",schema:schema11.properties.environment.properties.tensorflow.type,parentSchema:schema11.properties.environment.properties.tensorflow,data:data12}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.torch !== undefined){
let data13 = data5.torch;
const _errs25 = errors;
if((typeof data13 !== "string") && (data13 !== null)){
validate10.errors = [{instancePath:instancePath+"/environment/torch",schemaPath:"#/properties/environment/properties/torch/type",keyword:"type",params:{type: schema11.properties.environment.properties.torch.type},message:"must be string,null",schema:schema11.properties.environment.properties.torch.type,parentSchema:schema11.properties.environment.properties.torch,data:data13}];
return false;
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.load !== undefined){
let data14 = data5.load;
const _errs27 = errors;
if(!((typeof data14 == "number") && (isFinite(data14)))){
validate10.errors = [{instancePath:instancePath+"/environment/load",schemaPath:"#/properties/environment/properties/load/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.environment.properties.load.type,parentSchema:schema11.properties.environment.properties.load,data:data14}];
return false;
}
var valid1 = _errs27 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.commit !== undefined){
let data15 = data5.commit;
const _errs29 = errors;
if((typeof data15 !== "string") && (data15 !== null)){
validate10.errors = [{instancePath:instancePath+"/environment/commit",schemaPath:"#/properties/environment/properties/commit/type",keyword:"type",params:{type: schema11.properties.environment.properties.commit.type},message:"must be string,null",schema:schema11.properties.environment.properties.commit.type,parentSchema:schema11.properties.environment.properties.commit,data:data15}];
return false;
}
var valid1 = _errs29 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.dirty !== undefined){
let data16 = data5.dirty;
const _errs31 = errors;
if(typeof data16 !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/environment/dirty",schemaPath:"#/properties/environment/properties/dirty/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.environment.properties.dirty.type,parentSchema:schema11.properties.environment.properties.dirty,data:data16}];
return false;
}
var valid1 = _errs31 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/environment",schemaPath:"#/properties/environment/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.environment.type,parentSchema:schema11.properties.environment,data:data5}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.figures !== undefined){
let data17 = data.figures;
const _errs33 = errors;
if(errors === _errs33){
if(Array.isArray(data17)){
var valid2 = true;
const len0 = data17.length;
for(let i0=0; i0<len0; i0++){
let data18 = data17[i0];
const _errs35 = errors;
if(errors === _errs35){
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing2;
if((((((((((((data18.name === undefined) && (missing2 = "name")) || ((data18.side === undefined) && (missing2 = "side"))) || ((data18.variant === undefined) && (missing2 = "variant"))) || ((data18.workers === undefined) && (missing2 = "workers"))) || ((data18.threads === undefined) && (missing2 = "threads"))) || ((data18.quantity === undefined) && (missing2 = "quantity"))) || ((data18.value === undefined) && (missing2 = "value"))) || ((data18.unit === undefined) && (missing2 = "unit"))) || ((data18.samples === undefined) && (missing2 = "samples"))) || ((data18.smallest === undefined) && (missing2 = "smallest"))) || ((data18.deviation === undefined) && (missing2 = "deviation"))){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0,schemaPath:"#/properties/figures/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema11.properties.figures.items.required,parentSchema:schema11.properties.figures.items,data:data18}];
return false;
}
else {
if(data18.name !== undefined){
let data19 = data18.name;
const _errs37 = errors;
if(typeof data19 !== "string"){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/name",schemaPath:"#/properties/figures/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.figures.items.properties.name.type,parentSchema:schema11.properties.figures.items.properties.name,data:data19}];
return false;
}
var valid3 = _errs37 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.side !== undefined){
let data20 = data18.side;
const _errs39 = errors;
if(!((data20 === "redistill") || (data20 === "peer"))){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/side",schemaPath:"#/properties/figures/items/properties/side/enum",keyword:"enum",params:{allowedValues: schema11.properties.figures.items.properties.side.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.figures.items.properties.side.enum,parentSchema:schema11.properties.figures.items.properties.side,data:data20}];
return false;
}
var valid3 = _errs39 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.variant !== undefined){
let data21 = data18.variant;
const _errs40 = errors;
if(typeof data21 !== "string"){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/variant",schemaPath:"#/properties/figures/items/properties/variant/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.figures.items.properties.variant.type,parentSchema:schema11.properties.figures.items.properties.variant,data:data21}];
return false;
}
var valid3 = _errs40 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.workers !== undefined){
let data22 = data18.workers;
const _errs42 = errors;
if(!((typeof data22 == "number") && (isFinite(data22)))){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/workers",schemaPath:"#/properties/figures/items/properties/workers/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.figures.items.properties.workers.type,parentSchema:schema11.properties.figures.items.properties.workers,data:data22}];
return false;
}
var valid3 = _errs42 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.threads !== undefined){
let data23 = data18.threads;
const _errs44 = errors;
if(!((typeof data23 == "number") && (isFinite(data23)))){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/threads",schemaPath:"#/properties/figures/items/properties/threads/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.figures.items.properties.threads.type,parentSchema:schema11.properties.figures.items.properties.threads,data:data23}];
return false;
}
var valid3 = _errs44 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.quantity !== undefined){
let data24 = data18.quantity;
const _errs46 = errors;
if(typeof data24 !== "string"){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/quantity",schemaPath:"#/properties/figures/items/properties/quantity/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.figures.items.properties.quantity.type,parentSchema:schema11.properties.figures.items.properties.quantity,data:data24}];
return false;
}
var valid3 = _errs46 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.value !== undefined){
let data25 = data18.value;
const _errs48 = errors;
if(!((typeof data25 == "number") && (isFinite(data25)))){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/value",schemaPath:"#/properties/figures/items/properties/value/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.figures.items.properties.value.type,parentSchema:schema11.properties.figures.items.properties.value,data:data25}];
return false;
}
var valid3 = _errs48 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.unit !== undefined){
let data26 = data18.unit;
const _errs50 = errors;
if(typeof data26 !== "string"){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/unit",schemaPath:"#/properties/figures/items/properties/unit/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.figures.items.properties.unit.type,parentSchema:schema11.properties.figures.items.properties.unit,data:data26}];
return false;
}
var valid3 = _errs50 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.samples !== undefined){
let data27 = data18.samples;
const _errs52 = errors;
if(!((typeof data27 == "number") && (isFinite(data27)))){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/samples",schemaPath:"#/properties/figures/items/properties/samples/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.figures.items.properties.samples.type,parentSchema:schema11.properties.figures.items.properties.samples,data:data27}];
return false;
}
var valid3 = _errs52 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.smallest !== undefined){
let data28 = data18.smallest;
const _errs54 = errors;
if((!((typeof data28 == "number") && (isFinite(data28)))) && (data28 !== null)){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/smallest",schemaPath:"#/properties/figures/items/properties/smallest/type",keyword:"type",params:{type: schema11.properties.figures.items.properties.smallest.type},message:"must be number,null",schema:schema11.properties.figures.items.properties.smallest.type,parentSchema:schema11.properties.figures.items.properties.smallest,data:data28}];
return false;
}
var valid3 = _errs54 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.deviation !== undefined){
let data29 = data18.deviation;
const _errs56 = errors;
if((!((typeof data29 == "number") && (isFinite(data29)))) && (data29 !== null)){
validate10.errors = [{instancePath:instancePath+"/figures/" + i0+"/deviation",schemaPath:"#/properties/figures/items/properties/deviation/type",keyword:"type",params:{type: schema11.properties.figures.items.properties.deviation.type},message:"must be number,null",schema:schema11.properties.figures.items.properties.deviation.type,parentSchema:schema11.properties.figures.items.properties.deviation,data:data29}];
return false;
}
var valid3 = _errs56 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/figures/" + i0,schemaPath:"#/properties/figures/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.figures.items.type,parentSchema:schema11.properties.figures.items,data:data18}];
return false;
}
}
var valid2 = _errs35 === errors;
if(!valid2){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/figures",schemaPath:"#/properties/figures/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.figures.type,parentSchema:schema11.properties.figures,data:data17}];
return false;
}
}
var valid0 = _errs33 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}
